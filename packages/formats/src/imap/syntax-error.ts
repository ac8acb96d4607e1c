/** The only error that the parsers of this folder throw. `message` is short ASCII, fit for a BAD reply. */
export class ImapSyntaxError extends Error {
  /** Octet at which the grammar broke. */
  readonly position: number;
  /** Whether the input was well-formed but longer or deeper than we take (RFC 5530 LIMIT). */
  readonly overLimit: boolean;

  constructor(message: string, position: number, overLimit: boolean = false) {
    super(message);
    this.name = 'ImapSyntaxError';
    this.position = position;
    this.overLimit = overLimit;
  }
}

/** A charset that we cannot decode: NO [BADCHARSET] (RFC 9051 §6.4.4), not BAD. */
export class BadCharsetError extends Error {
  readonly charset: string;
  /** The search was to be saved in `$`, which such a failure empties (RFC 5182 §2.1). */
  readonly saves: boolean;

  constructor(charset: string, saves: boolean = false) {
    super('Charset is not supported');
    this.name = 'BadCharsetError';
    this.charset = charset;
    this.saves = saves;
  }
}
