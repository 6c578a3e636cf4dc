// PnPjs: @pnp/graph in Node by @pnp/nodejs, as they are. One line of JSON for each operation.
import { readFileSync } from "node:fs";
import { createHash, X509Certificate } from "node:crypto";
import { graphfi, GraphQueryable, graphPatch, graphPost } from "@pnp/graph";
import "@pnp/graph/attachments/index.js";
import "@pnp/graph/columns/index.js";
import "@pnp/graph/files/index.js";
import "@pnp/graph/list-item/index.js";
import "@pnp/graph/lists/index.js";
import "@pnp/graph/mail/index.js";
import "@pnp/graph/sites/index.js";
import "@pnp/graph/users/index.js";
import { body, InjectHeaders } from "@pnp/queryable";
import { GraphDefault } from "@pnp/nodejs";
import "@pnp/graph/batching.js";

const tenant = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pem = readFileSync(tenant.certificate_path, "utf8");
const proof = process.argv[3] === "certificate"
  ? { clientCertificate: { privateKey: readFileSync(tenant.key_path, "utf8"), x5c: pem,
      thumbprintSha256: createHash("sha256").update(new X509Certificate(pem).raw).digest("hex") } }
  : { clientSecret: tenant.secret };
const graph = graphfi().using(GraphDefault({
  baseUrl: `${tenant.url}/v1.0`,
  msal: { scopes: ["https://graph.microsoft.com/.default"], config: { auth: { clientId: tenant.client_id,
    authority: `${tenant.url}/${tenant.tenant_id}`, knownAuthorities: [new URL(tenant.url).host], ...proof } } },
}));
const box = graph.users.getById(tenant.mailbox);
const me = [{ emailAddress: { address: tenant.mailbox } }];
const key = "String {6f2c1f5e-3d0b-4a77-9d3c-2f6a8b1e5c40} Name OtherClient";
const expect = (true_, what) => { if (!true_) throw new Error(what); };
const notOffered = (why) => { throw Object.assign(new Error(why), { notOffered: true }); };
const site = () => graph.sites.getByUrl(tenant.site_host, tenant.site_path);
const items = async () => (await site()).lists.getById("Audit allocations").items;
const drive = async () => graph.drives.getById((await (await site()).drive()).id);
const draft = () => box.messages.add({ subject: "From PnPjs", body: { contentType: "html", content: "<p>Hello</p>" },
  toRecipients: me, singleValueExtendedProperties: [{ id: key, value: "one" }] });
const message = async () => box.messages.getById((await draft()).id);
const received = async () => box.messages.getById((await box.mailFolders.getById("inbox").messages.top(1)())[0].id);
const content = async (path) => Buffer.from(await (await (await drive()).getItemByPath(path).getContent()).arrayBuffer());
const large = Buffer.alloc(5 * 1024 * 1024, 9);
function* ranges(step = 10 * 320 * 1024) {
  for (let first = 0; first < large.length; first += step) {
    const part = large.subarray(first, first + step);
    yield [part, `bytes ${first}-${first + part.length - 1}/${large.length}`];
  }
}

const operations = {
  "signs in": async () => expect((await (await site())()).id, "no site"),
  "lists mail folders": async () => expect((await box.mailFolders()).length > 3, "few"),
  "lists messages": async () => { await draft(); expect((await box.messages()).length, "none"); },
  "reads columns": async () =>
    expect((await (await site()).lists.getById("Audit allocations").columns()).length > 5, "few"),
  "reads items with expand": async () => expect((await (await items()).expand("fields")())[0].fields.Title, "none"),
  "filters items": async () => {
    const asked = (await items()).expand("fields").filter("fields/Title eq 'FSP-2026-03-001'");
    const found = await asked.using(InjectHeaders({ Prefer: "HonorNonIndexedQueriesWarningMayFailRandomly" }))();
    expect(found.length === 1, `${found.length} rows`);
  },
  "orders items": async () => {
    const found = (await (await items()).orderBy("id", false)()).map((each) => Number(each.id));
    expect(found.length > 1 && found[0] > found[1], `${found}`);
  },
  "follows pages": async () => {
    const found = new Set();
    for await (const page of (await items()).top(1)) page.forEach((each) => found.add(each.id));
    expect(found.size > 1, "one page");
  },
  "follows delta": async () => {
    let page = await box.mailFolders.getById("drafts").messages.delta()();
    for (let next = page.next(); next; next = page.next()) page = await next();
    const made = await draft();
    const later = await page.delta();
    expect(later.values.some((each) => each.id === made.id), "the new one is not in it");
  },
  "drafts": async () => expect((await draft()).isDraft, "no draft"),
  "attaches 5 MB by session": async () => {
    const made = await message();
    const session = await graphPost(GraphQueryable(made, "attachments/createUploadSession"),
      body({ AttachmentItem: { attachmentType: "file", name: "large.bin", size: large.length } }));
    for (const [part, range] of ranges()) {
      const put = await fetch(session.uploadUrl, { method: "PUT", body: part,
        headers: { "Content-Type": "application/octet-stream", "Content-Range": range } });
      expect(put.ok, `range: ${put.status}`);
    }
    expect((await made.attachments())[0].name === "large.bin", "not there");
  },
  "sends": async () => (await message()).send(),
  "replies": async () => (await received()).reply({ comment: "Thanks" }),
  "forwards": async () => (await received()).forward({ comment: "See", toRecipients: me }),
  "searches": async () => expect(Array.isArray(await box.messages.search('"PnPjs"')()), "no list"),
  "filters by extended property": async () => {
    await draft();
    const found = await box.messages
      .filter(`singleValueExtendedProperties/Any(ep: ep/id eq '${key}' and ep/value eq 'one')`)();
    expect(found.length && found.every((each) => each.subject === "From PnPjs"), `${found.length}`);
  },
  "moves": async () => (await message()).move("archive"),
  "copies": async () => (await message()).copy("archive"),
  "makes folders": async () => box.mailFolders.add({ displayName: `Folder ${process.argv[3]}` }),
  "makes categories": async () =>
    box.outlook.masterCategories.add({ displayName: `Category ${process.argv[3]}`, color: "preset1" }),
  "patches without If-Match": async () => {
    const row = (await items()).getById("1");
    for (const title of ["Changed", "FSP-2026-03-001"]) {
      await row.update({ fields: { Title: title } });
      expect((await (await items()).getById("1").expand("fields")()).fields.Title === title, "as it was");
    }
  },
  "patches with If-Match": async () => {
    const row = (await items()).getById("1");
    const patch = async (etag) => graphPatch(GraphQueryable(row, "fields").using(InjectHeaders({ "If-Match": etag })),
      body({ Title: "FSP-2026-03-001" }));
    await patch((await row()).eTag);
    const late = await patch('"00000000-0000-0000-0000-000000000000,99"').then(() => 200, (fault) => fault.status);
    expect(late === 412, `an old ETag is ${late}`);
  },
  "uploads and downloads a small file": async () => {
    await (await drive()).root.upload({ filePathName: "small.txt", content: "small", contentType: "text/plain" });
    expect((await content("/small.txt")).toString() === "small", "other content");
  },
  "uploads and downloads a large file": async () => {
    const root = (await drive()).getItemById((await (await drive()).root()).id);
    const { resumableUpload } = await root.createUploadSession(
      { item: { name: "large.bin" }, conflictBehavior: "replace" });
    for (const [part, range] of ranges()) await resumableUpload.upload(part.length, part, range);
    expect(Buffer.compare(await content("/large.bin"), large) === 0, "other content");
  },
  "batches": async () => {
    const [batched, execute] = graph.batched();
    const made = await draft(), told = [];
    batched.users.getById(tenant.mailbox).mailFolders().then((found) => told.push(found.length > 3));
    batched.users.getById(tenant.mailbox).messages.getById(made.id).update({ categories: ["Seen"] })
      .then((found) => told.push(found.categories[0] === "Seen"));
    await execute();
    expect(told.length === 2 && told.every(Boolean), `${told}`);
  },
  "batches with dependsOn": async () => notOffered("its batches are of independent requests"),
};
for (const [operation, run] of Object.entries(operations)) {
  try { await run(); console.log(JSON.stringify([operation, "ok"])); }
  catch (fault) { console.log(JSON.stringify([operation, `${fault.notOffered ? "not offered:" : fault.status ?? ""} ${fault.message}`.trim()])); }
}
