import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/**
 * Whether a conditional write was made: a failed condition is an answer, everything else that goes wrong is thrown.
 *
 * When the response to a successful write is lost, the SDK repeats the write and the repetition meets its own result:
 * a failed condition therefore means "what is stored is no longer what you saw", not "somebody else did it".
 */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
