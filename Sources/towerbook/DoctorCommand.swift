import ArgumentParser
import Files
import Glibc
import Memory
import Notebook
import Parquet
import Recipe
import Report
import Tables

/// `towerbook doctor`: shows what the program found on this machine, and what is missing.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what is installed and whether runs can be written here.",
    discussion: "Exits 1 where something would keep a run from working."
  )

  @OptionGroup var places: PlaceArguments

  func run() throws {
    var rows: [[Table.Cell]] = SystemFacts.versions.map { [.text($0.name), .text($0.version)] }
    rows.append([.text("cmark-gfm"), .text(CommonMark.version)])
    rows += CompressionLibraries.versions.map { [.text($0.name), .text($0.version)] }
    rows.append([.text("simdjson"), .text(TableReaders.jsonVersion)])
    let options = places.options()
    rows.append([.text("Threads"), .text("\(options.threads) of \(SystemFacts.processors) processors")])
    if let memory = SystemFacts.memory { rows.append([.text("Memory"), .text(NumberFormat.bytes(memory))]) }
    if let group = GroupMemory.current() {
      let words = "\(NumberFormat.bytes(group.limit)), of which \(NumberFormat.bytes(group.free)) are free"
      rows.append([.text("Memory of the control group"), .text(words)])
    }
    for name in ["FUNREC_RAW_DATA_PATH", "FUNREC_PROCESSED_DATA_PATH", "OMP_NUM_THREADS"] {
      let value = getenv(name).map { String(cString: $0) }
      rows.append([.text(name), .text(value ?? "not set")])
    }
    let trouble = folderTrouble(options)
    rows.append([.text("Results"), .text("\(options.outputRoot): \(trouble ?? "can be written")")])
    rows.append([.text("Cache"), .text(Runner.cacheFolder(options))])
    let table = Table(columns: [.init("what"), .init("found")], rows: rows)
    print(TextTableRenderer.render(table), terminator: "")
    if trouble != nil { throw ExitCode(1) }
  }

  /// Why nothing can be written into the folder of results, or nil.
  private func folderTrouble(_ options: RunOptions) -> String? {
    do {
      var folder = FilePaths.absolute(options.outputRoot)
      while !FilePaths.exists(folder) { folder = FilePaths.parent(of: folder) }
      guard FilePaths.isFolder(folder) else { return "'\(folder)' is no folder" }
      guard access(folder, W_OK) == 0 else { throw FileError("cannot write", folder) }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
