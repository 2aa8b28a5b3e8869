import Files
import Testing

@Suite("Fields of comma-separated text")
struct CSVFieldTests {
  @Test(
    "a field takes quotes where it would be read as something else without",
    arguments: [
      ("a", "a"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\r\nb", "\"a\r\nb\""),
      (" a", "\" a\""), ("a ", "\"a \""), ("7", "7"), ("\"\u{301}", "\"\"\"\u{301}\""),
    ]
  )
  func quoted(text: String, field: String) {
    #expect(Array(CSVField.quoted(text).utf8) == Array(field.utf8))
  }

  @Test("an empty field takes them where it is to be told from none")
  func empty() { #expect(CSVField.quoted("", quotesEmpty: true) == "\"\"") }
}
