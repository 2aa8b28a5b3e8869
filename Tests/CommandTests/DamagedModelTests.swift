import Foundation
import Testing

/// A saved model whose files lost a bit, by the command line.
@Suite("Saved models that are damaged")
struct DamagedModelTests {
  @Test("are refused by who asks them, unless told not to look")
  func digests() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    #expect(try tool.run("run", "r.yaml", "-q").status == 0)
    let model = "outputs/r/latest/model"
    let commands = [
      ["recommend", model, "--history", "3,4", "-k", "5"], ["similar", model, "--item", "3", "-k", "5"],
    ]
    for command in commands { #expect(try tool.run(command).status == 0) }
    // A file of the run may be one of the cache as well: this one is a copy.
    let path = tool.file("\(model)/vectors.npy")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 4] ^= 1
    try FileManager.default.removeItem(atPath: path)
    try bytes.write(to: URL(fileURLWithPath: path))
    for command in commands {
      let told = try tool.run(command)
      #expect(told.status != 0 && told.errors.contains("vectors.npy"), "\(command[0]): \(told.errors)")
      #expect(told.output.isEmpty)
      // The last bit of one number moves a score by less than anybody sees.
      let unlooked = try tool.run(command + ["--no-verify"])
      #expect(unlooked.status == 0 && unlooked.output.contains("Rank"), "\(command[0]): \(unlooked.errors)")
    }
  }
}
