import ArgumentParser
import Editor
import Files
import Glibc
import Notebook
import Steps

/// `towerbook lsp`: helps while one types, in any editor that speaks the Language Server Protocol.
struct LspCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serve editors: problems, help, completion and what would run, as one types.",
    discussion: """
      Speaks the Language Server Protocol over standard input and output; editors start it themselves. Relative paths \
      stand against the folder that the editor has open.
      """
  )

  @OptionGroup var folders: FolderArguments

  @Flag(help: "Speak over standard input and output, as it does anyway; some editors ask for it.")
  var stdio = false

  func run() throws {
    let options = EditorServer.Options(
      steps: StepList.all,
      rules: LintRules.all,
      outputs: folders.outputs,
      cache: folders.cache,
      environment: ProcessEnvironment.variables,
      version: Version.current
    )
    let code = EditorServer(options, input: STDIN_FILENO, output: STDOUT_FILENO).run()
    if code != 0 { throw ExitCode(code) }
  }
}
