import Testing

@testable import Files

@Suite("Secrets in what is kept")
struct SecretsTests {
  @Test(
    "names tell",
    arguments: [
      ("API_TOKEN", true), ("AWS_SECRET_ACCESS_KEY", true), ("PGPASSWORD", true), ("db-pwd", true),
      ("MYTOKENS", true),
      ("SSH_AUTH_SOCK", true), ("KEY", true), ("GITHUB_PAT_KEY2", true), ("PWD", false), ("OLDPWD", false),
      ("HOME", false),
      ("KEYBOARD", false), ("MONKEY_DIR", false), ("DATA", false), ("AUTHOR", false),
    ]
  )
  func names(name: String, isSecret: Bool) { #expect(Secrets.isSecret(name) == isSecret) }

  @Test("a value is masked as it is and as texts in quotes have it; short and everyday ones are not")
  func values() {
    Secrets.note("SOME_TOKEN", "a\"b\\9")
    Secrets.note("LONGER_TOKEN", "a\"b\\9 and more")
    Secrets.note("OTHER_KEY", "12345")
    Secrets.note("THIRD_KEY", "yes")
    Secrets.note("PLACE", "somewhere")
    #expect(Secrets.masked("x a\"b\\9y") == "x ${env:SOME_TOKEN}y")
    #expect(Secrets.masked("k: \"a\\\"b\\\\9\"") == "k: \"${env:SOME_TOKEN}\"")
    #expect(Secrets.masked(#"{"t":"k: \"a\\\"b\\\\9\""}"#) == #"{"t":"k: \"${env:SOME_TOKEN}\""}"#)
    #expect(Secrets.masked("a\"b\\9 and more") == "${env:LONGER_TOKEN}")
    #expect(Secrets.masked("12345 yes somewhere") == "12345 yes somewhere")
  }

  @Test("what members of JSON are called stands, and a secret whose mask would spoil the text stands alone")
  func json() {
    Secrets.note("WORD_KEY", "blockwords")
    Secrets.note("WORDY_KEY", "kinds-of")
    let text = #"{"blockwords":["blockwords","a \" blockwords"],"x" : "kinds-of","y":"\\","blockwords2":1}"#
    let masked =
      #"{"blockwords":["${env:WORD_KEY}","a \" ${env:WORD_KEY}"],"x" : "${env:WORDY_KEY}","y":"\\","blockwords2":1}"#
    #expect(Secrets.masked(json: text) { _ in true } == masked)
    let part =
      #"{"blockwords":["blockwords","a \" blockwords"],"x" : "${env:WORDY_KEY}","y":"\\","blockwords2":1}"#
    #expect(Secrets.masked(json: text) { !$0.contains("WORD_KEY") } == part)
    for broken in [#"{"a"#, #"{"a\"#, #"""#, "", #"{"a":"b"#] {
      #expect(Secrets.masked(json: broken) { _ in true } == broken)
    }
  }
}
