import koffi from 'koffi';
import {advapi32, type Bool, lastError, localFree, WindowsError} from './libraries.ts';
import {openOwnToken, tokenInformation} from './token.ts';

const toText: (sid: unknown, text: [unknown]) => Bool = advapi32.func(
  'int32 __stdcall ConvertSidToStringSidW(void *sid, _Out_ void **text)',
);

const tokenUser = 1;

/** Security identifier of the account that runs us, `S-1-5-21-…-500`. */
export const ownSid = (): string => {
  const user = openOwnToken((token) => tokenInformation(token, tokenUser, 256));
  const text: [unknown] = [null];
  // TOKEN_USER begins with a pointer into its own buffer.
  if (!toText(koffi.decode(user, 'void *'), text)) throw new WindowsError('ConvertSidToStringSid', lastError());
  try {
    return koffi.decode.string16(text[0]);
  } finally {
    localFree(text[0]);
  }
};
