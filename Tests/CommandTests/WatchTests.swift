import Files
import Foundation
import Glibc
import TestSupport
import Testing

/// `towerbook watch`: what is saved is run, whatever is saved and whenever.
@Suite("A recipe that is watched")
struct WatchTests {
  private let place: Workplace
  private let report = "outputs/r/watch/report.md"

  init() throws { place = try Workplace() }

  /// Starts to watch, and ends it when the test does.
  private func watched<Result>(_ arguments: String..., body: (Workplace.Running) throws -> Result) throws
    -> Result
  {
    let running = try place.start(["watch", "r.yaml"] + arguments)
    defer {
      kill(running.process.processIdentifier, SIGKILL)
      running.process.waitUntilExit()
    }
    return try body(running)
  }

  /// Waits until `condition` holds.
  private func until(
    _ what: String,
    _ running: Workplace.Running,
    seconds: Double = 60,
    _ condition: () throws -> Bool
  ) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
      if try condition() { return }
      usleep(20_000)
    }
    Issue.record("never \(what): \(try running.errorsSoFar())")
    throw CancellationError()
  }

  private func reports(_ running: Workplace.Running) throws -> Int {
    try running.outputSoFar().split(separator: "\n").count
  }

  private func title(_ title: String) -> String { "title: \(title)\n" + Workplace.recipe }

  /// As editors do that write a new file and rename it into place.
  private func saveByRenaming(_ text: String) throws {
    try place.write(".r.yaml.new", text)
    rename(place.file(".r.yaml.new"), place.file("r.yaml"))
  }

  /// The processes that were started by `process`.
  private func children(of process: Int32) -> [String] {
    let text = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").map(String.init)
  }

  @Test("it is run at once, and again when it is saved, by whatever way; what is the same is not run again")
  func saved() throws {
    try watched { running in
      try until("ran", running) { try reports(running) == 1 }
      #expect(try running.outputSoFar() == "\(report)\n")
      try place.write("r.yaml", title("Second"))
      try until("ran again", running) { try reports(running) == 2 }
      #expect(try place.text(report).hasPrefix("# Second\n"))
      try saveByRenaming(title("Third"))
      try until("ran after a rename", running) { try reports(running) == 3 }
      #expect(try place.text(report).hasPrefix("# Third\n"))
      // Saved without a change.
      try saveByRenaming(title("Third"))
      usleep(1_500_000)
      #expect(try reports(running) == 3)
      // Only what hangs on the change has run.
      try saveByRenaming(title("Third").replacingOccurrences(of: "k: [5, 20]", with: "k: [5, 10, 20]"))
      try until("ran with another k", running) { try reports(running) == 4 }
      let record = try place.text("outputs/r/watch/report.json")
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any]
      )
      let cells = try #require(document["cells"] as? [[String: Any]])
      let computed = cells.filter { $0["isCached"] as? Bool == false }.compactMap { $0["id"] as? String }
      #expect(computed == ["eval", "save"])
      // One folder, whatever is saved.
      #expect(place.list("outputs/r").filter { !$0.hasPrefix(".") } == ["watch"])
    }
  }

  @Test("what it extends, its data and its variables are watched too")
  func otherFiles() throws {
    try place.write("base.yaml", Workplace.recipe)
    try place.write("r.yaml", "extends: base.yaml\nencode: { max_seq_len: \"${env:WATCHED,10}\" }\n")
    try watched { running in
      try until("ran", running) { try reports(running) == 1 }
      #expect(try place.text("outputs/r/watch/recipe.yaml").contains("max_seq_len: 10"))
      try place.write("base.yaml", Workplace.recipe.replacingOccurrences(of: "k: 10 }", with: "k: 9 }"))
      try until("ran after its base was saved", running) { try reports(running) == 2 }
      try place.write("c.csv", Workplace.text(Array(Workplace.rows.dropLast())))
      try until("ran after its data was saved", running) { try reports(running) == 3 }
      try place.write(".env", "WATCHED=6\n")
      try until("ran after its variables were saved", running) { try reports(running) == 4 }
      #expect(try place.text("outputs/r/watch/recipe.yaml").contains("max_seq_len: 6"))
    }
  }

  @Test("errors are shown once and at once, and the last good report stays; so where the recipe is gone")
  func broken() throws {
    try place.write("r.yaml", title("Good"))
    try watched { running in
      try until("ran", running) { try reports(running) == 1 }
      try place.write("r.yaml", title("Bad").replacingOccurrences(of: "epochs: 1", with: "epoch: 1"))
      try until("said what is wrong", running) {
        try running.errorsSoFar().contains(
          "r.yaml:10:10: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?"
        )
      }
      try until("said what stays", running) { try running.errorsSoFar().contains("of the last good run") }
      #expect(try place.text(report).hasPrefix("# Good\n"))
      try until("shows it", running) {
        let state = try place.text("outputs/r/watch/.watch.json")
        return state.contains(#""phase":"broken""#) && state.contains("did you mean 'epochs'?")
      }
      unlink(place.file("r.yaml"))
      try until("said that it is gone", running) { try running.errorsSoFar().contains("'r.yaml' is gone") }
      #expect(try place.text(report).hasPrefix("# Good\n"))
      #expect(running.process.isRunning)
      try place.write("r.yaml", title("Back"))
      try until("ran when it was back", running) { try reports(running) == 2 }
      #expect(try place.text(report).hasPrefix("# Back\n"))
      let said = try running.errorsSoFar()
      #expect(said.components(separatedBy: "did you mean 'epochs'?").count == 2)
      kill(running.process.processIdentifier, SIGINT)
      running.process.waitUntilExit()
      #expect(running.process.terminationStatus == 0)
    }
  }

  @Test("a run that is under way is stopped by an edit, leaves nothing half done, and goes on where it was")
  func stopped() throws {
    let long = Workplace.recipe.replacingOccurrences(of: "epochs: 1,", with: "epochs: 9000,")
    try place.write("r.yaml", long)
    try watched { running in
      try until("trains", running) {
        place.list("outputs/r/watch").contains { name in
          name.hasPrefix(".filling-")
            && ((try? place.text("outputs/r/watch/\(name)/.progress.json")) ?? "").contains(#""name":"loss""#)
        }
      }
      #expect(children(of: running.process.processIdentifier).count == 1)
      try place.write("r.yaml", title("Short"))
      try until("ran the other", running) { try reports(running) == 1 }
      #expect(try place.text(report).hasPrefix("# Short\n"))
      #expect(try running.errorsSoFar().contains("stopped: the recipe was saved anew"))
      #expect(place.list("outputs/r/watch").allSatisfy { !$0.hasPrefix(".filling-") })
      #expect(children(of: running.process.processIdentifier).isEmpty)
    }
  }

  @Test(
    "of fifty edits in some seconds, some of them broken, the last one's report stands, and nothing runs on"
  )
  func many() throws {
    try watched { running in
      try until("ran", running) { try reports(running) == 1 }
      for turn in 1...50 {
        let text = title("Edit \(turn)")
        try saveByRenaming(turn % 7 == 3 ? text + "\nevil:\n" : text)
        usleep(60_000)
      }
      try until("showed the last, and rests", running) {
        try place.text(report).hasPrefix("# Edit 50\n")
          && place.text("outputs/r/watch/.watch.json").contains(#""phase":"current""#)
          && children(of: running.process.processIdentifier).isEmpty
      }
      usleep(500_000)
      #expect(children(of: running.process.processIdentifier).isEmpty)
      #expect(try place.text(report).hasPrefix("# Edit 50\n"))
    }
  }

  @Test("where whoever watches is killed, the run that is under way ends")
  func killed() throws {
    try place.write("r.yaml", Workplace.recipe.replacingOccurrences(of: "epochs: 1,", with: "epochs: 9000,"))
    try watched { running in
      try until("runs", running) { children(of: running.process.processIdentifier).count == 1 }
      let child = try #require(children(of: running.process.processIdentifier).first.flatMap { Int32($0) })
      kill(running.process.processIdentifier, SIGKILL)
      try until("ended", running) { kill(child, 0) != 0 }
    }
  }

  @Test("what cannot be watched is said, with what to do")
  func refused() throws {
    try watched { running in
      try until("ran", running) { try reports(running) == 1 }
      let other = try place.run("watch", "r.yaml")
      #expect(other.status == 2)
      #expect(
        other.errors
          == "error: another 'towerbook watch' writes into 'outputs/r/watch'; end it, or name another folder with --output\n"
      )
    }
    let nothing = try place.run("watch")
    #expect(nothing.status == 2 && nothing.errors.contains("watch takes the file of a recipe"))
    let report = try place.run("watch", "outputs/r/watch/report.md")
    #expect(report.status == 2 && report.errors.contains("is a report; watch the recipe it was made by"))
  }
}
