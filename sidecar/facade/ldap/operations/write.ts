import { OperationError, ResultCode } from '../result-codes.ts';

export const readOnlyText = 'this directory is read only: passwords and accounts are changed in IceWarp';

/** Add, modify, delete and modify DN: nobody writes here. */
export function refuseWrite(): never {
  throw new OperationError(ResultCode.unwillingToPerform, readOnlyText);
}
