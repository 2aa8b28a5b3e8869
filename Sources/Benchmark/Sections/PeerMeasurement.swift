import Files
import Notebook
import Recipe
import Report

/// The notebook in Python, and Python's libraries, beside the tool: in pairs, taking turns.
struct PeerMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    guard let script = session.options.peer else {
      throw NotMeasured(
        "There is no peer: name the notebook's script with `--peer` and its Python with `--python`."
      )
    }
    var blocks: [Block] = [.heading(level: 2, text: BenchmarkSection.peer.title)]
    let parts: [(name: String, blocks: (BenchmarkSession) throws -> [Block])] = [
      ("The whole job and its training", NotebookRace(script: FilePaths.absolute(script)).blocks),
      ("Reading the click log", readingBlocks), ("Exact search", searchBlocks),
    ]
    for part in parts {
      session.progress("  \(part.name)")
      blocks.append(.heading(level: 3, text: part.name))
      do { blocks += try part.blocks(session) } catch let reason as NotMeasured {
        blocks.append(.prose("Not measured. \(reason)"))
      }
    }
    return blocks
  }

  private func readingBlocks(_ session: BenchmarkSession) throws -> [Block] {
    let (file, _) = try session.clickLog()
    var probe = ReadingProbe(file: file, runs: session.options.runs, threads: session.options.threads)
    probe.python = session.options.python
    let answer = try session.ask(probe)
    return FormatsMeasurement.blocks(answer, file)
  }

  private func searchBlocks(_ session: BenchmarkSession) throws -> [Block] {
    var remarks: [String] = []
    var rows: [[Table.Cell]] = []
    for (name, probe) in try SearchMeasurement.probes(in: session, remarks: &remarks) {
      session.progress("    \(name)")
      var probe = probe
      probe.python = session.options.python
      probe.folder = session.workspace.fresh("vectors")
      do {
        let answer = try session.ask(probe)
        guard let other = answer.others.first, other.times.trouble == nil else {
          throw NotMeasured(answer.others.first?.times.trouble ?? "")
        }
        rows.append([
          .text(name), .text(Figures.seconds(Median.of(answer.seconds))),
          .text(Figures.seconds(Median.of(other.times.seconds))),
          .text(Figures.times(PairedRatio(ours: answer.seconds, theirs: other.times.seconds))),
          .text(SearchMeasurement.described(other.agreement)),
        ])
      } catch let reason as NotMeasured {
        remarks.append("\(name): not measured. \(reason)")
      }
    }
    let table = Table(
      columns: [
        .init("Vectors"), .init("towerbook", .trailing), .init("PyPI's faiss-cpu", .trailing),
        .init("Ratio", .trailing), .init("Wrong ids", .trailing),
      ],
      rows: rows
    )
    let explanation =
      "The same vectors, `IndexFlatIP`, all queries in one call, loading and adding not counted."
    return [.table(table), .prose(([explanation] + remarks).joined(separator: "\n\n"))]
  }
}
