import Files

/// A program that a cell runs, which is not ours.
package struct ProgramCall: Sendable, Equatable {
  /// The program and its arguments, as the recipe has them.
  package var words: [String]
  /// The files among them and beside them whose content is run.
  package var files: [InputFile]

  /// Names a program.
  package init(words: [String], files: [InputFile]) {
    self.words = words
    self.files = files
  }

  /// As a shell would take it, on one line, with ``Secrets`` masked; nothing in it moves a terminal's cursor.
  package var line: String {
    words.map { word in
      let shown = Secrets.masked(word).unicodeScalars.map {
        $0.isPrintable ? String($0) : "\\u{\(String($0.value, radix: 16))}"
      }
      return ShellWord.quoted(shown.joined())
    }.joined(separator: " ")
  }
}

extension Plan {
  /// The programs that its cells run, cell by cell.
  package var programs: [(cell: String, call: ProgramCall)] {
    cells.compactMap { planned in planned.step.program.map { (planned.id, $0) } }
  }

  /// Lines that say what programs cells run.
  package var programSummary: [String] { programs.map { "\($0.cell) runs the program: \($0.call.line)" } }
}
