import Notebook
import Recipe
import Report

/// Exact search of 20,000 queries, on random vectors and on those of a trained model.
struct SearchMeasurement: Measurement {
  /// The dimensions that are searched.
  static let dimensions = [32, 128]

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    var rows: [[Table.Cell]] = []
    var remarks: [String] = []
    for (name, probe) in try Self.probes(in: session, remarks: &remarks) {
      session.progress("  \(name)")
      var probe = probe
      probe.againstLibrary = true
      do { rows.append(Self.row(name, try session.ask(probe))) } catch let reason as NotMeasured {
        remarks.append("\(name): not measured. \(reason)")
      }
    }
    let table = Table(
      caption: "The best 140 items of each query, by inner product:",
      columns: [
        .init("Vectors"), .init("Queries × items × dimension", .trailing), .init("towerbook", .trailing),
        .init("Rate", .trailing), .init("Products alone", .trailing), .init("Share", .trailing),
        .init("libfaiss", .trailing), .init("Ratio", .trailing), .init("Wrong ids", .trailing),
      ],
      rows: rows
    )
    return [.heading(level: 2, text: BenchmarkSection.search.title), .table(table)]
      + [.prose(([Self.explanation] + remarks).joined(separator: "\n\n"))]
  }

  /// What is searched: random vectors and, where the recipe trains a model, its own.
  static func probes(in session: BenchmarkSession, remarks: inout [String]) throws
    -> [(name: String, probe: SearchProbe)]
  {
    let (runs, threads) = (session.options.runs, session.options.threads)
    var probes = dimensions.map { dimension in
      (
        name: "random, dimension \(dimension)",
        probe: SearchProbe(dimension: dimension, runs: runs, threads: threads)
      )
    }
    for dimension in dimensions {
      do {
        let run = try trainedRun(of: dimension, in: session)
        probes.append(
          (
            name: "trained, dimension \(dimension)",
            probe: SearchProbe(run: run, runs: runs, threads: threads)
          )
        )
      } catch let reason as NotMeasured {
        remarks.append("A trained model of dimension \(dimension): not measured. \(reason)")
      }
    }
    return probes
  }

  /// A run of the recipe whose vectors have `dimension`; made once for each.
  private static func trainedRun(of dimension: Int, in session: BenchmarkSession) throws -> FinishedRun {
    guard let model = session.position(of: "model"), session.position(of: "index") != nil else {
      throw NotMeasured("The recipe has no model and index.")
    }
    let settings = Setting.section(session.plan.cells[model].settings)
    var units: [Int] = []
    if case .list(let listed)? = settings["hidden_units"] {
      units = listed.compactMap { if case .int(let value) = $0 { value } else { nil } }
    }
    if case .int(dimension)? = settings["embedding_dim"], units.last ?? dimension == dimension {
      return try session.finishedRun()
    }
    return try session.run(of: "dimension \(dimension)") { recipe in
      let id = session.plan.cells[model].id
      let widths = (units.dropLast() + [dimension]).map(String.init).joined(separator: ",")
      let hidden = units.isEmpty ? [] : ["\(id).hidden_units=[\(widths)]"]
      return recipe.overriding(["\(id).embedding_dim=\(dimension)"] + hidden)
    }
  }

  static func row(_ name: String, _ answer: SearchProbe.Answer) -> [Table.Cell] {
    let seconds = Median.of(answer.seconds)
    let rate = answer.operations / seconds
    let shape = [answer.queries, answer.items, answer.dimension].map(NumberFormat.grouped).joined(
      separator: " × "
    )
    var row: [Table.Cell] = [
      .text(name), .text(shape), .text(Figures.seconds(seconds)), .text(Figures.operationRate(rate)),
      .text(Figures.operationRate(Median.of(answer.productRates))), .text(Figures.percent(answer.share)),
    ]
    guard let other = answer.others.first else { return row + [.empty, .empty, .empty] }
    row.append(.text(Figures.seconds(Median.of(other.times.seconds))))
    row.append(.text(Figures.times(PairedRatio(ours: answer.seconds, theirs: other.times.seconds))))
    row.append(.text(described(other.agreement)))
    return row
  }

  static func described(_ agreement: Agreement?) -> String {
    guard let agreement else { return "" }
    return "\(NumberFormat.grouped(agreement.wrong)) of \(NumberFormat.grouped(agreement.places))"
  }

  private static let explanation = """
    The rate counts 2 d operations for each query and item, as a product of matrices does; selection is in the time \
    and not in the count. Products alone are the fastest of some blocks of queries by items through oneDNN, in \
    cache, nothing kept of them, measured before each round; the share is that of its round. It can be above 100 %: \
    on processors that multiply bytes (AVX2 and later) most items are left out by their scores in bytes, with a \
    bound on what rounding can have changed, and only the others are scored in Float32. With ONEDNN_MAX_CPU_ISA=AVX2 \
    and OPENBLAS_CORETYPE=Haswell both sides do what they do on a processor without AVX-512. libfaiss is Debian's \
    `IndexFlatIP`, linked into the tool, all queries in one call, the two taking turns. A place is wrong where both \
    have other items whose scores differ by more than 1e-6; below that the order of additions decides.
    """
}
