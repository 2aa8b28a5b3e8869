import Files

/// Which recipes may run their programs without being asked: those whose user said so once.
///
/// What is allowed is a digest of the commands and of the content of all files that they name: a recipe that is changed
/// there, or whose programs are, has to be allowed anew. Prose and other settings may change.
package struct ProgramAllowance {
  private let folder: String

  /// The allowances in `folder`; nil for those of the user, in `$XDG_CONFIG_HOME/towerbook/allowed` or
  /// `~/.config/towerbook/allowed`.
  package init(folder: String? = nil, environment: [String: String] = ProcessEnvironment.variables) {
    func set(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let configuration = set("XDG_CONFIG_HOME") ?? FilePaths.join(set("HOME") ?? "/", ".config")
    self.folder = folder ?? FilePaths.join(configuration, "towerbook/allowed")
  }

  /// Whether all programs of `plan` may be run: it has none, or they were allowed as they are.
  /// - Throws: `FileError` where a file of a program cannot be read.
  package func allows(_ plan: Plan) throws -> Bool {
    plan.programs.isEmpty ? true : FilePaths.exists(path(of: try Self.digest(of: plan)))
  }

  /// Allows the programs of `plan` as they are.
  /// - Throws: `FileError`.
  package func allow(_ plan: Plan) throws {
    try Folders.make(folder)
    let text = (["# \(plan.recipe.name)"] + plan.programSummary).joined(separator: "\n") + "\n"
    try AtomicFile.write(Secrets.masked(text), to: path(of: try Self.digest(of: plan)))
  }

  /// Takes back what was allowed of `plan` as it is; false where nothing was.
  /// - Throws: `FileError`.
  package func forbid(_ plan: Plan) throws -> Bool {
    let path = path(of: try Self.digest(of: plan))
    guard FilePaths.exists(path) else { return false }
    try Folders.remove(path)
    return true
  }

  private func path(of digest: Digest) -> String { FilePaths.join(folder, "\(digest)") }

  /// The digest of all programs of a plan: their words, each with its length, and their files' content.
  static func digest(of plan: Plan) throws -> Digest {
    var text = "towerbook programs 1\n"
    for (cell, call) in plan.programs {
      text += "cell \(cell.utf8.count) \(cell)\n"
      for word in call.words { text += "word \(word.utf8.count) \(word)\n" }
      for file in call.files { text += "file \(try Digest(contentsOf: file.absolute))\n" }
    }
    return Digest(text)
  }
}

extension Plan {
  /// Makes sure that the programs of its cells may be run.
  /// - Throws: ``CannotStart`` that says what they are and how they are allowed.
  package func checkPrograms(_ options: RunOptions) throws {
    guard !options.allowsPrograms, !programs.isEmpty else { return }
    do { if try ProgramAllowance().allows(self) { return } } catch { throw CannotStart(error) }
    throw CannotStart(
      programSummary.joined(separator: "\n")
        + "\nA recipe's programs run only where you say so: look at them, then add --allow-scripts, or 'towerbook allow' the "
        + "recipe once, which holds until a command or a file of it changes"
    )
  }
}
