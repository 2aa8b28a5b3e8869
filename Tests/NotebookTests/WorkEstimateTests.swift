import Files
import TestSupport
import Testing

@testable import Notebook

@Suite("What a step is likely to take")
struct WorkEstimateTests {
  private static func record(
    _ work: Double,
    _ seconds: Double,
    threads: Int = 2,
    kind: String = "a",
    host: String = "here",
    memory: Double? = nil,
    peak: Double? = nil,
    disk: Double = 10,
    sizes: [String: Double] = [:]
  ) -> WorkRecord {
    WorkRecord(
      step: "toy",
      host: host,
      threads: threads,
      forecast: Forecast(kind: kind, work: work, memory: memory),
      seconds: seconds,
      peak: peak,
      disk: disk,
      sizes: sizes
    )
  }

  private static func estimate(_ work: Double, _ records: [WorkRecord], memory: Double? = nil)
    -> WorkEstimate?
  {
    WorkEstimate(
      "toy",
      Forecast(kind: "a", work: work, memory: memory),
      host: "here",
      threads: 2,
      among: records
    )
  }

  @Test(
    "seconds, disk and sizes are those of the nearest five, times the ratio of work; the middle one is likely"
  )
  func scales() throws {
    let records = [
      Self.record(1, 100), Self.record(200, 4, sizes: ["rows": 50]), Self.record(100, 1),
      Self.record(50, 1.5),
      Self.record(400, 6), Self.record(100, 3),
    ]
    let estimate = try #require(Self.estimate(200, records))
    // 200 / 200 * 4, 200 / 100 * 1, 200 / 100 * 3, 200 / 400 * 6, 200 / 50 * 1.5: 4, 2, 6, 3, 6.
    #expect(estimate.seconds == (4, 2, 6))
    // 10 times 1, 2, 2, .5 and 4.
    #expect(estimate.disk == 20 && estimate.records == 5 && estimate.distance == 1)
    #expect(estimate.sizes == ["rows": 50])
    let double = try #require(Self.estimate(400, [records[1]]))
    #expect(double.seconds.likely == 8 && double.sizes == ["rows": 100] && double.distance == 2)
  }

  @Test("other machines, kinds and steps say nothing; another number of threads only where there is no other")
  func others() throws {
    #expect(Self.estimate(10, []) == nil)
    #expect(Self.estimate(10, [Self.record(10, 1, kind: "b"), Self.record(10, 1, host: "there")]) == nil)
    #expect(Self.estimate(0, [Self.record(10, 1)]) == nil)
    let single = Self.record(10, 9, threads: 1)
    #expect(Self.estimate(10, [single])?.seconds.likely == 9)
    #expect(Self.estimate(10, [single, Self.record(20, 4)])?.seconds.likely == 2)
  }

  @Test("memory grows by what sizes explain, the rest stays; without a record it is what sizes ask for")
  func memory() {
    let known = Self.record(10, 1, memory: 100, peak: 130)
    #expect(Self.estimate(20, [known], memory: 250)?.memory == 280)
    #expect(Self.estimate(5, [known], memory: 40)?.memory == 70)
    // Of what a step did not raise nothing is known but that.
    #expect(Self.estimate(20, [Self.record(10, 1, memory: 100)], memory: 250)?.memory == 250)
    #expect(Self.estimate(20, [Self.record(10, 1, peak: 130)])?.memory == 260)
  }

  @Test("the history keeps what was added, passes over what is broken, and does not grow without end")
  func history() throws {
    let scratch = try ScratchFolder()
    let history = WorkHistory(cache: scratch.path)
    #expect(history.records.isEmpty)
    let records = (1...3).map { Self.record(Double($0), 0.5, memory: 3, peak: 4, sizes: ["rows": 1]) }
    for record in records { history.add(record) }
    #expect(history.records == records)
    let text = try MappedFile.readText(history.path)
    try AtomicFile.write("{\"step\":\n" + text + "no JSON\n", to: history.path)
    #expect(history.records == records)
    var wide = records[0]
    wide.kind = String(repeating: "x", count: 40_000)
    for _ in 0..<60 { history.add(wide) }
    #expect((FilePaths.size(of: history.path) ?? .max) < 1 << 21)
    #expect(history.records.last == wide)
    var broken = records[0]
    broken.seconds = .nan
    history.add(broken)
    #expect(history.records.last == wide)
  }
}
