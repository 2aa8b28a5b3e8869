import Report
import Testing

@testable import Benchmark

@Suite("Tables of a benchmark")
struct TableTests {
  @Test("each stage has its throughput, what it is held against, and its share; what lies outside is a row")
  func stages() {
    let train = CellFacts(
      id: "train",
      step: "train",
      seconds: 1,
      metrics: [:],
      amount: 200_000,
      unit: "samples",
      fileBytes: 0,
      demands: [Demand(kind: .operations, amount: 80e9, rate: 400e9)]
    )
    let table = StagesMeasurement.stageTable([(cell: train, seconds: 0.5)], rest: 0.1, wall: 0.6)
    #expect(
      table.rows[0] == [
        .text("train"), .text("0.50 s"), .text("400,000 samples/s, 160 GFLOP/s"),
        .text("80 GFLOP at 400 GFLOP/s"),
        .text("0.20 s"), .text("40 %"),
      ]
    )
    #expect(table.rows[1].prefix(2) == [.text("outside of cells"), .text("0.10 s")])
    #expect(table.rows[2].prefix(2) == [.text("whole run"), .text("0.60 s")])
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
  }

  @Test("a search has its rate, the share of products alone, and the ratio to the library")
  func search() {
    var times = PeerTimes(name: "Debian's libfaiss")
    times.seconds = [10]
    var answer = SearchProbe.Answer(
      queries: 1000,
      items: 1_000_000,
      dimension: 50,
      k: 140,
      seconds: [2],
      productRates: [100e9],
      others: []
    )
    #expect(answer.operations == 1e11)
    answer.others = [.init(times: times)]
    #expect(
      SearchMeasurement.row("random", answer) == [
        .text("random"), .text("1,000 × 1,000,000 × 50"), .text("2.00 s"), .text("50 GFLOP/s"),
        .text("100 GFLOP/s"),
        .text("50 %"), .text("10.0 s"), .text("5 times"), .text(""),
      ]
    )
  }

  @Test("growth compares the largest size with the smallest")
  func growth() {
    func size(_ clicks: Int, _ seconds: [Double], _ bytes: Double) -> ScalingMeasurement.Size {
      let rows = RowsProbe.Answer(
        tableRows: 10,
        rowsPerStep: 500,
        steps: clicks / 1_000,
        secondsPerRow: 1e-6
      )
      let runs = seconds.map {
        ScalingMeasurement.Size.Run(seconds: $0, peakBytes: bytes, stages: [:], rows: rows)
      }
      return .init(dimension: 32, clicks: clicks, runs: runs)
    }
    let (small, large) = (size(1_000_000, [2, 2, 2], 1e9), size(10_000_000, [21, 20, 22], 5e9))
    #expect(
      ScalingMeasurement.growth([large, small, size(3_000_000, [6], 2e9)])
        == "Dimension 32: 10 times the clicks cost 10.5 times (10 to 11) the time and 5 times the memory; "
        + "the time without that of the rows, 11 times (10 to 12)."
    )
    #expect(ScalingMeasurement.growth([small]) == nil)
    #expect(size(2_000_000, [6], 4e9).secondsPerMillion == 3)
  }

  @Test("what differs between thread counts is shown")
  func results() {
    let one = [DigestsProbe.Kept(cell: "train", name: "artifact", digest: "aa")]
    let two = [DigestsProbe.Kept(cell: "train", name: "artifact", digest: "ab")]
    #expect(ResultsMeasurement.table(one, one, counts: [1, 2]).rows[0].last == .text("yes"))
    #expect(ResultsMeasurement.table(one, two, counts: [1, 2]).rows[0].last == .text("no"))
    #expect(ResultsMeasurement.table(one, [], counts: [1, 2]).rows[0].last == .text("no"))
  }

  @Test("another cutoff is added in every round, below the largest while there is room")
  func cutoffs() {
    #expect(RepeatsMeasurement.changed([20], round: 1) == [19, 20])
    #expect(RepeatsMeasurement.changed([20], round: 2) == [18, 20])
    #expect(RepeatsMeasurement.changed([1, 2], round: 1) == [1, 2, 3])
    #expect(RepeatsMeasurement.changed([1, 3], round: 2) == [1, 3, 4])
  }
}
