import Glibc

/// The environment of this process.
package enum ProcessEnvironment {
  /// The variables by name.
  package static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next = next.advanced(by: 1)
    }
    return variables
  }
}
