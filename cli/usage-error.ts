/** What the user typed can't be done as typed: the message says what to type instead, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The work failed for a reason outside the program: the message says which, and the exit code is 1. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure';
}
