import Files
import Foundation
import TestSupport
import Testing

/// `towerbook lsp` as editors use it, and `check --fix`.
@Suite("In the editor")
struct EditorServerTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private static func script(_ name: String) -> String {
    FilePaths.join(Tool.repository, "Tests/CommandTests/\(name)")
  }

  private static let pygls = PythonPeer.having("pygls", "lsprotocol")
  private static let python = PythonPeer.having("json")
  private static let hasNeovim = (try? PythonPeer.execute(["nvim", "--version"]).status) == 0

  @Test(
    "a client whose types are the protocol's understands every answer, and what is no protocol is refused",
    .enabled(if: pygls != nil, "pygls is not there")
  )
  func protocolTypes() throws {
    let python = try #require(Self.pygls)
    let check = try python.run([Self.script("lsp_check.py"), Tool.path, place.path])
    #expect(check.status == 0 && check.output.hasSuffix("fine\n"), "\(check.output)")
  }

  @Test(
    "after random edits the problems are those that 'check' finds",
    .enabled(if: python != nil, "python3 is not there")
  )
  func randomEdits() throws {
    let python = try #require(Self.python)
    let check = try python.run([Self.script("lsp_edits.py"), Tool.path, place.path, "300", "7"])
    #expect(check.status == 0 && check.output.hasSuffix(" problems\n"), "\(check.output)")
  }

  @Test(
    "Neovim shows the problems, mends them, helps and completes",
    .enabled(if: hasNeovim, "nvim is not there")
  )
  func neovim() throws {
    try place.write(
      "n.yaml",
      """
      config:
        seed: 4
        data: { synthetic: { users: 80, items: 50, clicks: 800, interests: 5 } }
      # Größe 😀: Zeichen, die verschieden lang sind.
      split: { validation: second_last }
      encode: { max_seq_len: 8 }
      model: { embedding_dim: 8, hidden_units: [8], user_id: false }
      train: # 😀
        epohs: 3
        seed: ${config.seed}
        note: "😀 {{ train.epochs }}, {{ config.seeed }}"
        learning_rate: 1e-2
      index:
      eval: { k: [5, 10] }
      recall: { k: 10 }

      """
    )
    let nvim = try place.start(
      [
        "nvim", "--headless", "-u", "NONE", "--cmd", "let g:tool = '\(Tool.path)'", "n.yaml", "-c",
        "luafile \(Self.script("lsp_nvim.lua"))",
      ],
      program: "/usr/bin/env"
    ).finish()
    // Neovim counts columns in bytes.
    #expect(
      nvim.output == """
        problem 9:2-7 unknown key 'epohs' in 'train'; did you mean 'epochs'?
        problem 11:37-49 '{{ config.seeed }}' names no metric and no setting; did you mean 'config.seed'?
        mended   epochs: 3
        hover **epochs** — integer or 'from …', default `3`, from 1 to 10000
        definition 2:2
        completion loss: |logq: 
        lens would run
        done

        """,
      "\(nvim.errors)"
    )
    #expect(nvim.status == 0)
  }

  @Test("check --fix mends what is certain, says what, and leaves the rest to be told")
  func fix() throws {
    let recipe = Workplace.recipe.replacingOccurrences(of: "  data: {", with: "  # So.\n  data: {")
    let broken = recipe.replacingOccurrences(of: "item_columns", with: "item_colums")
      .replacingOccurrences(of: "time: ts }", with: "time: t_s }").replacingOccurrences(
        of: "Flat",
        with: "Flatt"
      )
    try place.write("f.yaml", broken)
    let found = try place.run("check", "f.yaml", "--fix")
    #expect(
      found.output.hasPrefix(
        "f.yaml:5:44: 't_s' is now 'ts'\nf.yaml:6:3: 'item_colums' is now 'item_columns'\n"
      ),
      "\(found)"
    )
    #expect(found.status == 2 && found.errors.contains("Flatt"))
    #expect(
      try MappedFile.readText(FilePaths.join(place.path, "f.yaml"))
        == recipe.replacingOccurrences(of: "Flat", with: "Flatt")
    )
    try place.write("f.yaml", recipe.replacingOccurrences(of: "item_columns", with: "item_colums"))
    let sound = try place.run("check", "f.yaml", "--fix")
    #expect(sound.status == 0 && sound.output.contains("9 cells in order"), "\(sound)")
    let refused = try place.run("check", "--fix")
    #expect(refused.status == 2 && refused.errors.contains("--fix takes a recipe of YAML"))
  }
}
