import { bucketName, parseEnvironment, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseArchiveEnvironment = (variables: Variables) =>
  parseEnvironment('archive', { BUCKET: bucketName }, variables);
