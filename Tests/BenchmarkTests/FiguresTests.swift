import Report
import Testing

@testable import Benchmark

@Suite("Figures")
struct FiguresTests {
  @Test("the median is the middle value, or the mean of both")
  func median() {
    #expect(Median.of([3]) == 3)
    #expect(Median.of([5, 1, 3]) == 3)
    #expect(Median.of([4, 1, 3, 2]) == 2.5)
    #expect(Median.of([]).isNaN)
  }

  @Test("a ratio is that of the medians, its range that of the pairs")
  func ratio() {
    let paired = PairedRatio(ours: [1, 2, 4], theirs: [10, 30, 20])
    #expect(paired.ratio == 10)
    #expect(paired.least == 5)
    #expect(paired.largest == 15)
    #expect(Figures.times(paired) == "10 times (5 to 15)")
    #expect(Figures.times(PairedRatio(ours: [2], theirs: [5])) == "2.5 times")
  }

  @Test("rates are shown in units that suit them")
  func rates() {
    #expect(Figures.operationRate(430.4e9) == "430 GFLOP/s")
    #expect(Figures.operations(4.659e11) == "466 GFLOP")
    #expect(Figures.operations(999.7e9) == "1 TFLOP")
    #expect(Figures.byteRate(9.1e9) == "9.1 GB/s")
    #expect(Figures.byteRate(.infinity) == "–")
    #expect(Figures.countRate(65_809.4, "samples") == "65,809 samples/s")
    #expect(Figures.countRate(1.9e6, "rows") == "1.9 million rows/s")
    #expect(Figures.percent(0.617) == "62 %")
  }
}

@Suite("Sections")
struct BenchmarkSectionTests {
  @Test("a list is read in the order of the document, each name once")
  func list() throws {
    #expect(try BenchmarkSection.list("csv") == [.csv])
    #expect(try BenchmarkSection.list("repeats, stages,csv,stages") == [.stages, .csv, .repeats])
  }

  @Test("a name that is none is named, with a guess", arguments: ["stage", "", "csv,", "rows"])
  func unknown(_ text: String) {
    #expect(throws: UnknownSection.self) { try BenchmarkSection.list(text) }
  }

  @Test("the message says what is known")
  func message() {
    #expect(
      "\(UnknownSection(name: "serach"))"
        == "expected some of stages, precision, search, csv, formats, files, scaling, repeats, results, peer, parted by commas, got 'serach'; "
        + "did you mean 'search'?"
    )
  }
}
