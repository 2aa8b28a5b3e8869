import ArgumentParser
import Files
import Glibc
import Look
import Notebook
import Recipe

/// Where the program starts: parses the command line, runs the verb, and turns what came of it into an
/// exit code.
@main
enum Entry {
  static func main() {
    openMissingStreams()
    Cancellation.install()
    OutOfMemory.endProgramWhereTrapped()
    LostPages.endWithMessage()
    do {
      try refuseUnknownVerb()
      var command = try Towerbook.parseAsRoot()
      if command is any HeedsSignals { Cancellation.heed() }
      do { try command.run() } catch let error as ValidationError {
        throw WrongUsage(error, of: type(of: command))
      }
      // Who reads may have had enough, as 'head' has: that is no failure.
      guard fflush(nil) == 0 || errno == EPIPE else { throw FileError("cannot write", "standard output") }
      end(0)
    } catch {
      let code = finish(error)
      fflush(nil)
      end(code)
    }
  }

  /// Ends the program without what libraries do at the end: OpenBLAS waits there for threads of its own, for ever where the
  /// system refuses them memory.
  private static func end(_ code: Int32) -> Never { _exit(code) }

  /// A stream that was closed before the start would be taken by the first file that is opened.
  private static func openMissingStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// A first word that is no verb is most often one mistyped.
  private static func refuseUnknownVerb() throws {
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-") else { return }
    let verbs = Towerbook.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !verbs.contains(word) else { return }
    let hint = Suggestion.nearest(to: word, among: verbs).map { "did you mean '\($0)'?" }
    throw ValidationError(
      "there is no verb '\(word)'; \(hint ?? "the verbs: \(verbs.joined(separator: ", "))")"
    )
  }

  /// Says what went wrong and gives the exit code.
  private static func finish(_ error: any Error) -> Int32 {
    switch error {
    case let problems as RecipeErrors:
      say(problems.rendered(color: StandardError.usesColor))
      return 2
    case let interrupted as Interrupted:
      say(interrupted.description)
      return 130
    case let usage as WrongUsage:
      say(usage.description)
      return 2
    case is CannotStart, is RunRefusal, is CannotWatch:
      say("error: \(error)")
      return 2
    case let code as ExitCode:
      return code.rawValue
    default:
      break
    }
    let code = Towerbook.exitCode(for: error)
    guard code.isSuccess else {
      let isUsage = code == .validationFailure
      say(isUsage ? Towerbook.fullMessage(for: error) : "error: \(error)")
      return isUsage ? 2 : 1
    }
    print(Towerbook.fullMessage(for: error))
    return 0
  }

  private static func say(_ text: String) { StandardError.line(text) }
}

/// What a verb finds wrong with its arguments as it runs, shown as the parser shows what it finds: with the usage
/// of that verb.
private struct WrongUsage: Error, CustomStringConvertible {
  let description: String

  init(_ error: ValidationError, of verb: any ParsableCommand.Type) {
    let usage = Towerbook.usageString(for: verb)
    let name = usage.split(separator: " ").prefix { !"[<-(".contains($0.prefix(1)) }.joined(separator: " ")
    description =
      "Error: \(error.message)\nUsage: \(usage)\n  See '\(name) --help' for more information."
  }
}

/// A verb that looks for requests to stop, and ends where it can go on or has tidied up. Others end at the first signal.
protocol HeedsSignals {}
