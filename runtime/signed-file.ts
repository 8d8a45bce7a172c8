import { z } from 'zod';
import { parsedJson } from './json-file';
import {
  canonicalJson,
  isSigned,
  signatureSchema,
  verified,
  type Signature,
  type Verdict,
} from './report-signature';
import type { SigningKey } from './signing-keys';

const fileSchema = z.looseObject({ signature: signatureSchema });

/** Strings, and the white space between what JSON says. */
const BLANKS = /("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+/g;

/** A file that we sign: a content under its name, and its signature. */
export class SignedFile {
  private constructor(
    /** The name of its content. */
    readonly what: string,
    /** As it was parsed; it may be anything until it is verified. */
    readonly content: unknown,
    readonly signature: Signature,
    /** Whether its text says what was read of it and nothing else, as another reader would see it. */
    private readonly isAsWritten: boolean,
  ) {}

  /**
   * @param names of the contents that are wanted
   * @returns nothing for a text that is no such file
   */
  static read(written: string, ...names: readonly string[]): SignedFile | undefined {
    const text = written.replace(/^\uFEFF/, ''); // as some editors begin a file
    const parsed = parsedJson(text);
    const read = fileSchema.safeParse(parsed);
    const what = names.find((name) => read.data?.[name] !== undefined);
    if (!read.success || what === undefined) return undefined;
    const { [what]: content, signature } = read.data;
    const isAsWritten =
      canonicalJson(parsed) === canonicalJson({ [what]: content, signature }) &&
      text.replace(BLANKS, (_, string?: string) => asWeWrite(string)) === JSON.stringify(parsed);
    return new SignedFile(what, content, signature, isAsWritten);
  }

  /** @param keys any of which may have signed */
  verdict(keys: readonly SigningKey[]): Verdict {
    return this.isAsWritten ? verified(this.content, this.signature, keys) : { kind: 'changed' };
  }

  /**
   * Whether it is unchanged; with keys, one of them must have signed it.
   * @param keys as `signingKeys` reads them
   */
  isSigned(keys: string | undefined): boolean {
    return this.isAsWritten && isSigned(this.content, this.signature, keys);
  }
}

/** Other programs write other letters as escapes. @param string of JSON, with its quotation marks; undefined for white space */
function asWeWrite(string = ''): string {
  return string.includes('\\') ? JSON.stringify(JSON.parse(string)) : string;
}
