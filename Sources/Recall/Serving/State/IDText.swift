/// An id as a key of tables: its bytes, where text that looks the same in other bytes is another id.
struct IDText: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: IDText, b: IDText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    guard isDone == nil else { return }
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
