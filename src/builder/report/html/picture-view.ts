/** PNG, second edition, 5.2: the eight bytes every file begins with. */
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** 11.2.2: the first chunk has width and height behind its length and its type. */
const WIDTH_AT = 16;
const HEIGHT_AT = 20;

export interface PictureView {
  /** `Display at login`. */
  readonly title: string;
  readonly file: string;
  readonly alt: string;
  /** A data: URI and its size in pixels, or null when there is nothing to show. */
  readonly image: { readonly source: string; readonly width: number; readonly height: number } | null;
}

/** One picture of a guest's display. @param bytes of the file, or undefined when it is not there */
export function pictureView(guest: string, when: string, file: string, bytes: Buffer | undefined): PictureView {
  const isPng = bytes !== undefined && bytes.length > HEIGHT_AT + 4 && bytes.subarray(0, 8).equals(SIGNATURE);
  return {
    title: `Display at ${when}`,
    file,
    alt: `Display of ${guest} at ${when}`,
    image: isPng
      ? {
          source: `data:image/png;base64,${bytes.toString('base64')}`,
          width: bytes.readUInt32BE(WIDTH_AT),
          height: bytes.readUInt32BE(HEIGHT_AT),
        }
      : null,
  };
}
