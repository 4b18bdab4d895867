export { certificateFacts, sameCertificates, type CertificateFacts } from './certificate-facts.ts';
export { certificatesOf, renewalDays, type Certificates, type CertificateWishes, type IssuedCertificate } from './certificates.ts';
export { iniValue, mysqlLiteral, shellValue, sqlLiteral, urlPart, yamlScalar } from './encode.ts';
export { readOldEnv, type ImportedEnv } from './import-env.ts';
export { Secret } from './secret.ts';
export { sha512Crypt } from './sha512-crypt.ts';
export { derived, generated, generatedHex, made, provided, type CredentialSpec, type Formerly } from './specification.ts';
export { openStore, type OpenStoreOptions, type Renewal, type SecretStore, type SecretSummary } from './store.ts';
export { storeName } from './store-name.ts';
