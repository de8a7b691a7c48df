/** Where clouds put their metadata services (RFC 3927's range). */
export const LINK_LOCAL = '169.254.169.254';

/** Azure's fabric: wire server and host agent. */
export const AZURE_FABRIC = '168.63.129.16';
