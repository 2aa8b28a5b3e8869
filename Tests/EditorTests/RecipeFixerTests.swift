import Files
import Glibc
import Steps
import TestSupport
import Testing

@testable import Editor

@Suite("What is certain is mended")
struct RecipeFixerTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func fixed(_ text: String, to name: String = "r.yaml") throws -> (text: String, changes: [String]) {
    try AtomicFile.write(text, to: FilePaths.join(scratch.path, name))
    let check = RecipeCheck(
      steps: StepList.all,
      rules: LintRules.all,
      root: scratch.path,
      outputs: "outputs",
      environment: [:]
    )
    var fixer = RecipeFixer(check)
    _ = fixer.fix(name)
    try fixer.write()
    return (try MappedFile.readText(FilePaths.join(scratch.path, name)), fixer.changes.map(\.words))
  }

  private static let head = """
    # Comments   stay,\tand so do "quotes".
    config:
      data: { synthetic: { users: 80, items: 50, clicks: 800, interests: 5 } }   # here too
    split: { validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false }

    """

  @Test("a name is mended in the file where it stands, whatever stands in what that extends")
  func extended() throws {
    /// The base, the child and what was changed.
    func mended(_ base: String, _ child: String) throws -> [String] {
      try AtomicFile.write(Self.head + base + "\n", to: FilePaths.join(scratch.path, "base.yaml"))
      let found = try fixed("extends: base.yaml\n" + child + "\n")
      let below = try MappedFile.readText(FilePaths.join(scratch.path, "base.yaml"))
      let texts = [below.dropFirst(Self.head.count), found.text.dropFirst("extends: base.yaml\n".count)]
      return texts.map { String($0.dropLast()) } + found.changes
    }
    #expect(
      try mended("train: { epochs: 1 }", "train: { epoch: 5 }")
        == ["train: { epochs: 1 }", "train: { epochs: 5 }", "r.yaml:2:10: 'epoch' is now 'epochs'"]
    )
    #expect(
      try mended("train: { epochs: 1 }", "trian: { epochs: 5 }")
        == ["train: { epochs: 1 }", "train: { epochs: 5 }", "r.yaml:2:1: 'trian' is now 'train'"]
    )
    // The head has six lines.
    #expect(
      try mended("train: { epoch: 1 }", "train: { epochs: 5 }")
        == ["train: { epochs: 1 }", "train: { epochs: 5 }", "base.yaml:7:10: 'epoch' is now 'epochs'"]
    )
    // There it would stand twice.
    for texts in [
      ["train: { epoch: 3, epochs: 1 }", "train: { epochs: 5 }"],
      ["train: { epochs: 1 }", "train: { epoch: 3, epochs: 5 }"],
    ] {
      #expect(try mended(texts[0], texts[1]) == texts)
    }
  }

  @Test(
    "names of steps, settings, choices, references, metrics and anchors, each in its place and nothing else"
  )
  func everything() throws {
    let text =
      Self.head + """
        x-one: &anchor { batch_size: 64 }
        trian:
          <<: *anchro
          epohs:   3
          'loss': "in_batch_sofmax"   # quoted
          seed: ${config.sed}
        index:
        eval:
          k: [5]
          alow: [unfetched_kk]
        recall: { k: 10 }

        """
    let mended = text.replacing("trian", with: "train").replacing("*anchro", with: "*anchor")
      .replacing("epohs", with: "epochs").replacing("sofmax", with: "softmax")
      .replacing("config.sed", with: "config.seed").replacing("alow", with: "allow")
      .replacing("unfetched_kk", with: "unfetched_k")
    let found = try fixed(text)
    #expect(found.text == mended)
    #expect(
      found.changes == [
        "r.yaml:8:1: 'trian' is now 'train'", "r.yaml:9:8: 'anchro' is now 'anchor'",
        "r.yaml:10:3: 'epohs' is now 'epochs'", "r.yaml:11:12: 'in_batch_sofmax' is now 'in_batch_softmax'",
        "r.yaml:12:11: 'config.sed' is now 'config.seed'", "r.yaml:16:3: 'alow' is now 'allow'",
        "r.yaml:16:11: 'unfetched_kk' is now 'unfetched_k'",
      ]
    )
    #expect(try fixed(mended).changes.isEmpty)
  }

  @Test("what extends is mended with what it extends; a byte-order mark and line ends stay")
  func files() throws {
    let base =
      "\u{FEFF}" + Self.head.replacing("max_seq_len", with: "max_sqe_len").replacing("\n", with: "\r\n")
    try AtomicFile.write(base, to: FilePaths.join(scratch.path, "base.yaml"))
    let found = try fixed("extends: base.yaml\ntrain: { epochs: 1 }\nindex: { tpye: Flat }\n")
    #expect(found.text == "extends: base.yaml\ntrain: { epochs: 1 }\nindex: { type: Flat }\n")
    #expect(found.changes.count == 2)
    let written = try MappedFile.readText(FilePaths.join(scratch.path, "base.yaml"))
    #expect(Array(written.utf8) == Array(base.replacing("max_sqe_len", with: "max_seq_len").utf8))
  }

  @Test(
    "what could be two things, or what stands there already, is left",
    arguments: [
      // Near 'max' and 'min' alike; 'epochs' is there; two metrics are near; nothing is near.
      "train: { epohs: 3, epochs: 4 }\nindex:\neval: { k: [5, 6], expect: { hit_rte@5: 1 } }\n",
      "train: { qqqqqqq: 3 }\n", "train:\ntrian:\n",
    ]
  )
  func uncertain(end: String) throws {
    let found = try fixed(Self.head + end)
    #expect(found.text == Self.head + end && found.changes.isEmpty)
  }

  @Test("a file that stays as it is is not written, and one that is written is read by whom it was")
  func modes() throws {
    let path = FilePaths.join(scratch.path, "r.yaml")
    _ = try fixed(Self.head)
    let stamp = FileStamp(path)
    #expect(chmod(path, 0o600) == 0)
    var fixer = RecipeFixer(
      RecipeCheck(steps: StepList.all, rules: [], root: scratch.path, outputs: "o", environment: [:])
    )
    _ = fixer.fix("r.yaml")
    try fixer.write()
    #expect(FileStamp(path) == stamp)
    try AtomicFile.write(Self.head + "trian:\n", to: path)
    #expect(chmod(path, 0o640) == 0)
    _ = fixer.fix("r.yaml")
    try fixer.write()
    var facts = stat()
    #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o640)
    #expect(try MappedFile.readText(path) == Self.head + "train:\n")
  }
}
