import Files
import Notebook
import Recipe
import Report

/// Whether weights, index and candidates are the same bytes with one thread and with more.
struct ResultsMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let counts = [1, max(2, session.options.threads)]
    let kept = try counts.map { threads in
      session.progress("  \(threads) thread\(threads == 1 ? "" : "s")")
      let run = FinishedRun(recipe: session.recipe, outputs: session.workspace.fresh("outputs"))
      defer { try? Folders.remove(run.outputs) }
      _ = try session.tool.run(run.recipe, outputs: run.outputs, threads: threads)
      return try session.ask(DigestsProbe(run: run))
    }
    let table = Self.table(kept[0], kept[1], counts: counts)
    let differing = zip(kept[0], kept[1]).count { $0 != $1 }
    let verdict =
      differing == 0 && kept[0].count == kept[1].count
      ? "All are the same bytes." : "Not all are the same bytes."
    return [
      .heading(level: 2, text: BenchmarkSection.results.title), .table(table),
      .prose(
        "\(verdict) Digests are XXH3 of files and of what cells hand on (`artifact`): of `train` the weights, of `index` "
          + "the vectors, of `recall` the candidates."
      ),
    ]
  }

  static func table(_ first: [DigestsProbe.Kept], _ second: [DigestsProbe.Kept], counts: [Int]) -> Table {
    Table(
      columns: [.init("Cell"), .init("Kept")] + counts.map { .init("\($0) thread\($0 == 1 ? "" : "s")") }
        + [.init("Same")],
      rows: first.map { one in
        let other = second.first { $0.cell == one.cell && $0.name == one.name }
        return [
          .text(one.cell), .text(one.name), .text(String(one.digest.prefix(16))),
          .text(other.map { String($0.digest.prefix(16)) } ?? "missing"), .text(one == other ? "yes" : "no"),
        ]
      }
    )
  }
}
