/** What a metadata service says of its one guest. */
export interface ServedGuest {
  readonly hostname: string;
  /** One line as in authorized_keys. */
  readonly publicKey: string;
  /** Whom the key lets in. */
  readonly user: string;
  /** A document for cloud-init. */
  readonly userData: string;
  readonly mac: string;
  readonly address: string;
  readonly prefix: number;
}
