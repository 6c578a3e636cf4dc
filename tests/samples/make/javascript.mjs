// The npm packages docx, docxtemplater and easy-template-x: `node javascript.mjs WAY FROM TO GRADE`.
// In FROM the grade stands as {{grade}} (docx, easy-template-x: {grade}) where a template's author put it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const [way, from, to, grade] = process.argv.slice(2);
const form = readFileSync(from);

if (way === "docx") {
  const { patchDocument, PatchType, TextRun } = require("docx");
  const patches = { grade: { type: PatchType.PARAGRAPH, children: [new TextRun(grade)] } };
  writeFileSync(to, await patchDocument({ outputType: "nodebuffer", data: form, patches }));
} else if (way === "docxtemplater") {
  const Template = require("docxtemplater");
  const Zip = require("pizzip");
  const template = new Template(new Zip(form), {});
  template.render({ grade });
  writeFileSync(to, template.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" }));
} else if (way === "easy-template-x") {
  const { TemplateHandler } = require("easy-template-x");
  writeFileSync(to, await new TemplateHandler().process(form, { grade }));
} else if (way === "docx, from nothing") {
  const d = require("docx");
  const cell = (text) => new d.TableCell({ children: [new d.Paragraph(text)] });
  const row = (label, text) => new d.TableRow({ children: [cell(label), cell(text)] });
  const rows = [
    row("Audit reference", "FSP-2026-03-001"),
    row("Overall grade", grade),
    row("Why this grade", "Visits are regular, the plan follows from the assessment and the child is safer now."),
  ];
  const document = new d.Document({ sections: [{ children: [new d.Table({ rows })] }] });
  writeFileSync(to, await d.Packer.toBuffer(document));
}
