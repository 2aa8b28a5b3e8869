import Report
import Testing

@Suite("Contents")
struct TableOfContentsTests {
  @Test("headings are nested, anchors are GitHub's, the title is left out")
  func nested() {
    let blocks: [Block] = [
      .heading(level: 1, text: "News two-tower"), .heading(level: 2, text: "train"),
      .heading(level: 3, text: "Loss (nats) & more!"), .heading(level: 2, text: "index as hnsw_2"),
      .heading(level: 4, text: "Größe été 新闻 ½ 🎉"), .heading(level: 2, text: "train"),
      .heading(level: 2, text: "[x](y)"),
    ]
    #expect(
      MarkdownRenderer().tableOfContents(blocks) == """
        - [train](#train)
          - [Loss (nats) & more!](#loss-nats--more)
        - [index as hnsw_2](#index-as-hnsw_2)
          - [Größe été 新闻 ½ 🎉](#größe-été-新闻--)
        - [train](#train-1)
        - [\\[x\\](y)](#xy)
        """
    )
  }

  @Test("a duplicate's number does not meet a heading that has it already")
  func duplicates() {
    let blocks = ["foo", "foo-1", "foo", "foo", "Foo"].map { Block.heading(level: 2, text: $0) }
    #expect(
      MarkdownRenderer().tableOfContents(blocks) == """
        - [foo](#foo)
        - [foo-1](#foo-1)
        - [foo](#foo-2)
        - [foo](#foo-3)
        - [Foo](#foo-4)
        """
    )
  }

  @Test("headings inside prose take anchors, those inside its code do not")
  func prose() {
    let blocks: [Block] = [
      .prose("# a\n\nb *c*\n---\n\n```\n# d\n```\n\n> # quoted"), .heading(level: 2, text: "a"),
      .heading(level: 2, text: "b c"), .heading(level: 2, text: "d"),
    ]
    #expect(
      MarkdownRenderer().tableOfContents(blocks) == """
        - [a](#a-1)
        - [b c](#b-c-1)
        - [d](#d)
        """
    )
  }

  @Test("no headings, no list")
  func none() {
    #expect(MarkdownRenderer().tableOfContents([.prose("x"), .heading(level: 1, text: "t")]) == "")
  }
}
