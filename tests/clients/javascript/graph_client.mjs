// @microsoft/microsoft-graph-client with @azure/msal-node, as they are. One line of JSON for each operation.
import { readFileSync } from "node:fs";
import { createHash, X509Certificate } from "node:crypto";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { Client } from "@microsoft/microsoft-graph-client";

const tenant = JSON.parse(readFileSync(process.argv[2], "utf8"));
const certificate = process.argv[3] === "certificate";
const pem = readFileSync(tenant.certificate_path, "utf8");
const credential = certificate
  ? { clientCertificate: { privateKey: readFileSync(tenant.key_path, "utf8"), x5c: pem,
      thumbprintSha256: createHash("sha256").update(new X509Certificate(pem).raw).digest("hex") } }
  : { clientSecret: tenant.secret };
const authority = `${tenant.url}/${tenant.tenant_id}`;
const app = new ConfidentialClientApplication({ auth: {
  clientId: tenant.client_id, authority, knownAuthorities: [new URL(tenant.url).host], ...credential } });
const client = Client.init({
  baseUrl: `${tenant.url}/`,
  customHosts: new Set([new URL(tenant.url).hostname]),
  authProvider: (done) => app
    .acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] })
    .then((found) => done(null, found.accessToken), (fault) => done(fault, null)),
});
const box = `/users/${tenant.mailbox}`, site = `/sites/${tenant.site_host}:${tenant.site_path}:`;
const rows = `${site}/lists/Audit allocations/items`;
const me = [{ emailAddress: { address: tenant.mailbox } }];
const key = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name OtherClient";
const expect = (true_, what) => { if (!true_) throw new Error(what); };
const draft = (more = {}) => client.api(`${box}/messages`).post({
  subject: "From JavaScript", body: { contentType: "html", content: "<p>Hello</p>" }, toRecipients: me,
  singleValueExtendedProperties: [{ id: key, value: "one" }], ...more });
const received = async () => (await client.api(`${box}/mailFolders/inbox/messages`).top(1).get()).value[0];
const put = async (url, data, size = 2 * 320 * 1024) => {
  let answer;
  for (let first = 0; first < data.length; first += size) {
    const part = data.subarray(first, first + size);
    answer = await fetch(url, { method: "PUT", body: part, headers: { "Content-Type": "application/octet-stream",
      "Content-Range": `bytes ${first}-${first + part.length - 1}/${data.length}` } });
    expect(answer.ok, `range: ${answer.status}`);
  }
  return answer;
};
const batch = async (dependsOn) => {
  const made = await draft();
  const answer = await client.api("/$batch").post({ requests: [
    { id: "1", method: "GET", url: `${box}/mailFolders` },
    { id: "2", method: "PATCH", url: `${box}/messages/${made.id}`, dependsOn,
      headers: { "Content-Type": "application/json" }, body: { categories: ["Seen"] } }] });
  expect(answer.responses.every((each) => each.status === 200), JSON.stringify(answer.responses.map((r) => r.status)));
};

const operations = {
  "signs in": async () => expect((await client.api(`${site.slice(0, -1)}`).get()).id, "no site"),
  "lists mail folders": async () => expect((await client.api(`${box}/mailFolders`).get()).value.length > 3, "few"),
  "lists messages": async () => { await draft(); expect((await client.api(`${box}/messages`).get()).value.length, "none"); },
  "reads columns": async () => expect((await client.api(`${site}/lists/Audit allocations/columns`).get()).value.length > 5, "few"),
  "reads items with expand": async () => expect((await client.api(rows).expand("fields").get()).value[0].fields.Title, "none"),
  "filters items": async () => {
    const found = await client.api(rows).expand("fields").filter("fields/Title eq 'FSP-2026-03-001'")
      .header("Prefer", "HonorNonIndexedQueriesWarningMayFailRandomly").get();
    expect(found.value.length === 1, `${found.value.length} rows`);
  },
  "orders items": async () => client.api(rows).orderby("id desc").get(),
  "follows pages": async () => {
    const page = await client.api(rows).top(1).get();
    expect((await client.api(page["@odata.nextLink"]).get()).value.length === 1, "no second page");
  },
  "follows delta": async () => {
    let page = await client.api(`${box}/mailFolders/drafts/messages/delta`).select("subject").get();
    while (page["@odata.nextLink"]) page = await client.api(page["@odata.nextLink"]).get();
    const made = await draft();
    const next = await client.api(page["@odata.deltaLink"]).get();
    expect(next.value.some((each) => each.id === made.id), "the new one is not in it");
  },
  "drafts": async () => expect((await draft()).isDraft, "no draft"),
  "attaches 5 MB by session": async () => {
    const made = await draft(), data = Buffer.alloc(5 * 1024 * 1024, 7);
    const session = await client.api(`${box}/messages/${made.id}/attachments/createUploadSession`)
      .post({ AttachmentItem: { attachmentType: "file", name: "large.bin", size: data.length } });
    expect((await put(session.uploadUrl, data)).status === 201, "not made");
    const [one] = (await client.api(`${box}/messages/${made.id}/attachments`).get()).value;
    expect(one.name === "large.bin", "not there");
  },
  "sends": async () => { const made = await draft(); await client.api(`${box}/messages/${made.id}/send`).post({}); },
  "replies": async () => client.api(`${box}/messages/${(await received()).id}/reply`).post({ comment: "Thanks" }),
  "forwards": async () => client.api(`${box}/messages/${(await received()).id}/forward`).post({ comment: "See", toRecipients: me }),
  "searches": async () => expect(Array.isArray((await client.api(`${box}/messages`).search('"JavaScript"').get()).value), "no list"),
  "filters by extended property": async () => expect((await client.api(`${box}/messages`)
    .filter(`singleValueExtendedProperties/Any(ep: ep/id eq '${key}' and ep/value eq 'one')`).get()).value.length, "none"),
  "moves": async () => client.api(`${box}/messages/${(await draft()).id}/move`).post({ destinationId: "archive" }),
  "copies": async () => client.api(`${box}/messages/${(await draft()).id}/copy`).post({ destinationId: "archive" }),
  "makes folders": async () => client.api(`${box}/mailFolders`).post({ displayName: `Folder ${process.argv[3]}` }),
  "makes categories": async () => client.api(`${box}/outlook/masterCategories`)
    .post({ displayName: `Category ${process.argv[3]}`, color: "preset1" }),
  "patches without If-Match": async () => client.api(`${rows}/1/fields`).patch({ Title: "FSP-2026-03-001" }),
  "patches with If-Match": async () => {
    const row = await client.api(`${rows}/1`).get();
    await client.api(`${rows}/1/fields`).header("If-Match", row.eTag).patch({ Title: "FSP-2026-03-001" });
    const late = await client.api(`${rows}/1/fields`).header("If-Match", '"00000000-0000-0000-0000-000000000000,99"')
      .patch({ Title: "FSP-2026-03-001" }).then(() => 200, (fault) => fault.statusCode);
    expect(late === 412 || late === 409, `an old ETag is ${late}`);
  },
  "uploads and downloads a small file": async () => {
    await client.api(`${site}/drive/root:/Clients/small.txt:/content`).put("small");
    const stream = await client.api(`${site}/drive/root:/Clients/small.txt:/content`).responseType("text").get();
    expect(stream === "small", "other content");
  },
  "uploads and downloads a large file": async () => {
    const data = Buffer.alloc(5 * 1024 * 1024, 9);
    const session = await client.api(`${site}/drive/root:/Clients/large.bin:/createUploadSession`)
      .post({ item: { "@microsoft.graph.conflictBehavior": "replace" } });
    expect((await put(session.uploadUrl, data)).ok, "not made");
    const back = await client.api(`${site}/drive/root:/Clients/large.bin:/content`).responseType("arraybuffer").get();
    expect(Buffer.compare(Buffer.from(back), data) === 0, "other content");
  },
  "batches": async () => batch(),
  "batches with dependsOn": async () => batch(["1"]),
};
for (const [operation, run] of Object.entries(operations)) {
  try { await run(); console.log(JSON.stringify([operation, "ok"])); }
  catch (fault) { console.log(JSON.stringify([operation, `${fault.statusCode ?? ""} ${fault.code ?? ""} ${fault.message}`.trim()])); }
}
