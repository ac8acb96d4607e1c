const token = "[A-Za-z0-9!#$&^_.+'-]{1,127}";
const pattern = new RegExp(`^${token}/${token}$`);

/** `type/subtype` in lower case without parameters; `application/octet-stream` for anything that is no media type. */
export function mediaType(value: string | undefined): string {
  const type = (value ?? '').slice(0, 300).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return pattern.test(type) ? type : 'application/octet-stream';
}
