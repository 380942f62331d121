/** An error as an AWS JSON service reports it: `__type` in the body, 400 unless the service says otherwise. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: string;
  readonly status: number;

  /** @param type the exception's name as the API documents it, such as `ParameterNotFound` */
  constructor(type: string, message = '', status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** The wording that AWS's request validation uses for every constraint of its service models. */
export function constraintError(field: string, value: unknown, constraint: string): ServiceError {
  const shown = Array.isArray(value) ? `[${value.join(', ')}]` : String(value ?? '');
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${shown}' at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}
