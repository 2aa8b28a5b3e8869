import Files
import Notebook

/// The script that is a trial's job on another machine.
///
/// It goes to the folder in which the sweep was begun, makes the variables that settings fall back on what they are here,
/// runs the recipe's `setup` lines and becomes the trial: signals of the engine reach the trial itself.
struct JobScript {
  /// Where it is run.
  var folder: String
  /// Variables that are set, by name.
  var variables: [String: String]
  /// Lines of the user's before the trial, as `module load gcc`.
  var setup: [String]
  /// The program and its arguments.
  var words: [String]
  /// Where what is said goes.
  var log: String
  /// The cache there, in which variables stand for what they are there; nil for that of who hands it over.
  var cache: String?

  /// The text of the script for one job.
  var text: String {
    let line =
      words.map(ShellWord.quoted).joined(separator: " ")
      + (cache.map { " --cache " + Self.expanded($0) } ?? "")
    let exports = variables.sorted { $0.key < $1.key }.map {
      "export \($0.key)=\(ShellWord.quoted($0.value))"
    }
    let lines =
      ["#!/bin/bash", "exec >>\(ShellWord.quoted(log)) 2>&1", "cd \(ShellWord.quoted(folder)) || exit 71"]
      + exports + setup + ["exec \(line)"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text in quotes in which the shell still puts variables: `/tmp/$USER` stays one word.
  static func expanded(_ text: String) -> String {
    var out = "\""
    for character in text {
      if character == "\"" || character == "\\" || character == "`" { out += "\\" }
      out.append(character)
    }
    return out.replacing("$(", with: "\\$(") + "\""
  }
}
