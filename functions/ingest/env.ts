import { parseEnvironment, type Variables } from '../environment.ts';
import { intakeVariables } from '../intake-environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseIngestEnvironment = (variables: Variables) => parseEnvironment('ingest', intakeVariables, variables);
