/// Tells whether text is one well-formed XML element, as far as our pictures use XML.
///
/// - Returns: what is wrong, or nil.
func problemInXML(_ text: String) -> String? {
  var open: [Substring] = []
  var rest = Substring(text)
  var elements = 0
  while let start = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
    if rest[..<start].contains(">") { return "a bare >" }
    rest = rest[start...]
    if rest.first == "&" {
      guard ["&amp;", "&lt;", "&gt;", "&quot;"].contains(where: rest.hasPrefix) else { return "a bare &" }
      rest = rest.dropFirst()
      continue
    }
    guard let end = rest.firstIndex(of: ">") else { return "a tag without an end" }
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    if tag.contains("<") { return "a < within a tag: \(tag)" }
    if tag.hasPrefix("/") {
      guard open.popLast() == tag.dropFirst() else { return "\(tag) closes what is not open" }
      continue
    }
    elements += 1
    if open.isEmpty && elements > 1 { return "a second root" }
    if let problem = problemInAttributes(tag) { return problem }
    if !tag.hasSuffix("/") { open.append(tag.prefix { $0 != " " }) }
  }
  if let control = text.unicodeScalars.first(where: { $0.value < 0x20 && $0 != "\n" }) {
    return "a control character \(control.value)"
  }
  return open.isEmpty ? nil : "not closed: \(open)"
}

private func problemInAttributes(_ tag: Substring) -> String? {
  let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
  guard parts.count % 2 == 1 else { return "an odd quote: \(tag)" }
  var names: [Substring] = []
  for place in stride(from: 0, to: parts.count - 1, by: 2) {
    guard let name = parts[place].split(separator: " ").last, name.hasSuffix("=") else {
      return "an attribute without a name: \(tag)"
    }
    if names.contains(name) { return "an attribute twice: \(name)" }
    names.append(name)
    if parts[place + 1].isEmpty { return "an empty attribute: \(name)" }
  }
  return nil
}
