// SPDX-License-Identifier: Apache-2.0
export { decodePem, encodePem, type PemBlock, readCertificateBytes } from './pem.ts';
export { type Pkcs12Contents, type Pkcs12Limits, readPkcs12 } from './pkcs12-read.ts';
export { type Pkcs12Input, writePkcs12 } from './pkcs12-write.ts';
export { readPrivateKey } from './private-key.ts';
