import Files
import Foundation
import Glibc
import Testing

@Suite("bench")
struct BenchTests {
  @Test("a small recipe is measured section by section, and nothing is left behind")
  func small() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    try Folders.make(tool.file("temporary"))
    let outcome = try tool.run(
      "bench",
      "--recipe",
      "r.yaml",
      "--runs",
      "1",
      "--threads",
      "2",
      "--only",
      "stages,precision,repeats,results,peer",
      environment: ["TMPDIR": tool.file("temporary")]
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let hasBF16 = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).contains("avx512_bf16")
    for text in [
      "# Benchmark of ", "| Processor ", "| oneDNN ", "| FAISS ", "| BLAS ", "## Stages", "| whole run ",
      "## Training in Float32 and in bfloat16", "| float32 ", hasBF16 ? "| bf16 " : "Not measured is `bf16`",
      "## Runs with little or nothing changed", "| prose alone ", "All are the same bytes.",
      "Not measured. There is no peer",
    ] {
      #expect(outcome.output.contains(text), "\(text) in \(outcome.output)")
    }
    #expect(try FilePaths.list(tool.file("temporary")) == [])
  }

  @Test("reading is measured on the recipe's own log, scaling writes its plots beside the document")
  func reading() throws {
    let place = try Workplace()
    let arguments = [
      "bench", "--recipe", "r.yaml", "--runs", "1", "--only", "csv,scaling", "--scale", "2000,4000",
      "--scale-dimensions", "16,24", "--scale-clicks-per-item", "50", "--scale-setting",
      "train.shuffle_block=1100",
    ]
    let outcome = try place.run(arguments + ["--output", "b.md"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "b.md\n")
    let document = try place.text("b.md")
    #expect(document.contains("`c.csv`, columns `user`, `item`, `ts`"))
    #expect(document.contains("Dimension 24: 2 times the clicks cost "))
    #expect(document.contains("an item for every 50 clicks"))
    #expect(document.contains(", with `train.shuffle_block=1100`."))
    #expect(document.contains("](b-scaling-time.svg)"))
    #expect(place.exists("b-scaling-time.svg") && place.exists("b-scaling-memory.svg"))
  }

  @Test("a setting of the recipe that scaling is measured with is taken, and told where it is wrong")
  func scalingSetting() throws {
    let place = try Workplace()
    let arguments = ["bench", "--recipe", "r.yaml", "--runs", "1", "--only", "scaling", "--scale", "2000"]
    let outcome = try place.run(arguments + ["--scale-setting", "train.epoch=1"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("unknown key 'epoch'"), "\(outcome.output)")
  }

  @Test("a wrong command line is told before anything runs")
  func wrong() throws {
    let place = try Workplace()
    for (arguments, message) in [
      (["--only", "stage"], "--only: expected some of stages, precision, search"),
      (["--runs", "0"], "--runs takes a number from 1 to 1000"),
      (["--runs", "2", "--written-runs", "3"], "--written-runs takes a number from 0 to --runs, 2, not 3"),
      (["--scale", "10,x"], "--scale takes numbers"),
      (["--scale-dimensions", "32,0"], "--scale-dimensions takes numbers from 1 to 4096"),
      (["--scale-clicks-per-item", "0"], "--scale-clicks-per-item takes a number from 1"),
      (["--scale-setting", "model.tables"], "--scale-setting takes a setting and its value"),
      (["--peer", "no.py"], "--peer: there is no 'no.py'"),
      (["--output", "no/b.md"], "--output: cannot write into"),
      (["--recipe", "no.yaml"], "error: cannot read the recipe 'no.yaml'"),
    ] {
      let outcome = try place.run(["bench"] + arguments)
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  @Test(
    "an interrupt ends it and what it started; sections that were over are kept",
    arguments: [false, true]
  )
  func interrupted(isLater: Bool) throws {
    let place = try Workplace()
    try Folders.make(place.file("temporary"))
    let sections = isLater ? ["stages,results", "--runs", "1"] : ["stages", "--runs", "1000"]
    let running = try place.start(
      ["bench", "--recipe", "r.yaml", "--only"] + sections + ["-o", "b.md"],
      environment: ["TMPDIR": place.file("temporary")]
    )
    func isThere() throws -> Bool {
      isLater ? try running.errorsSoFar().contains("results …\n") : !place.list("temporary").isEmpty
    }
    while try !isThere() && running.process.isRunning { usleep(20_000) }
    usleep(300_000)
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.status == 130)
    #expect(
      outcome.errors.hasSuffix("interrupted; of the benchmark only sections that were over are kept\n"),
      "\(outcome.errors)"
    )
    #expect(place.list("temporary") == [])
    #expect(place.list("").contains("b.md") == isLater)
    guard isLater else { return }
    let document = try place.text("b.md")
    #expect(document.contains("## Stages\n\n"), "\(document)")
    #expect(document.contains("## The same results with any number of threads\n\n> "), "\(document)")
    #expect(document.contains("the benchmark was interrupted here"), "\(document)")
  }
}
