import Testing

@testable import Benchmark

@Suite("Counted work")
struct WorkTests {
  @Test("columns and searches are counted by hand")
  func others() {
    #expect(CellWork.splitBytes(clicks: 10) == 480)
    #expect(CellWork.encodeBytes(clicks: 10, samples: 100, items: 1000) == 120 + 2800 + 24_000)
    // The notebook's search: 0.466 TFLOP.
    #expect(CellWork.searchOperations(queries: 20_000, items: 364_047, dimension: 32) == 465_980_160_000)
  }

  @Test("a share is the least time of all demands over the time taken")
  func share() {
    var cell = CellFacts(
      id: "index",
      step: "index",
      seconds: 4,
      metrics: [:],
      amount: 1,
      unit: "items",
      fileBytes: 0,
      demands: [
        Demand(kind: .operations, amount: 300, rate: 300), Demand(kind: .written, amount: 50, rate: 100),
      ]
    )
    #expect(cell.share(of: 3) == 0.5)
    cell.demands = []
    #expect(cell.share(of: 3) == nil)
  }
}
