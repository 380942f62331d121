import { errorCode } from './signed-call.ts';

/**
 * Whether a conditional write was made: a failed condition is an answer, everything else that goes wrong is thrown.
 *
 * When the response to a successful write is lost, it is repeated and the repetition meets its own result:
 * a failed condition therefore means "what is stored is no longer what you saw", not "somebody else did it".
 */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (errorCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
