#include "simdjson_shim.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace simdjson;

namespace {

/// Objects and lists in each other beyond this are taken for damage, and would cost stack.
constexpr int deepest = 128;

/// One key of wanted paths.
struct Node {
  std::string key;
  std::vector<Node> children;
  /// The places of the paths that end here.
  std::vector<size_t> fields;
  /// The row in which the key was last seen.
  uint64_t row = 0;
};

/// Adds `path` below `node`, cut at every choice of its first `cuts` dots, and at all or none of the others: a key may hold dots.
/// What lies deeper than `deepest` is never read.
void add(Node &node, std::string_view path, size_t field, int cuts, int depth = 0) {
  for (size_t end = path.find('.');; cuts--) {
    const bool whole = end == std::string_view::npos;
    const std::string_view key = path.substr(0, end);
    Node *child = nullptr;
    for (Node &known : node.children)
      if (known.key == key) child = &known;
    if (!child) {
      node.children.push_back(Node{std::string(key), {}, {}, 0});
      child = &node.children.back();
    }
    if (whole) {
      child->fields.push_back(field);
      return;
    }
    if (depth < deepest) add(*child, path.substr(end + 1), field, cuts - 1, depth + 1);
    if (cuts < 0) return;
    end = cuts > 0 ? path.find('.', end + 1) : std::string_view::npos;
  }
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// Whether `text` is a number of RFC 8259, section 6.
bool is_number(std::string_view text) {
  size_t place = 0;
  auto digits = [&] {
    const size_t start = place;
    while (place < text.size() && is_digit(text[place])) place++;
    return place > start;
  };
  if (place < text.size() && text[place] == '-') place++;
  if (place < text.size() && text[place] == '0') {
    place++;
  } else if (!digits()) {
    return false;
  }
  if (place < text.size() && text[place] == '.') {
    place++;
    if (!digits()) return false;
  }
  if (place < text.size() && (text[place] == 'e' || text[place] == 'E')) {
    place++;
    if (place < text.size() && (text[place] == '+' || text[place] == '-')) place++;
    if (!digits()) return false;
  }
  return place == text.size();
}

const char *words(error_code code) {
  switch (code) {
  case CAPACITY: return "it is too long";
  case TAPE_ERROR: return "it is no JSON: a comma, a colon, a quote or a value is missing here or before";
  case DEPTH_ERROR: return "objects and lists are nested too deeply";
  case STRING_ERROR: return "a string has an escape that is none, or half of a surrogate pair";
  case T_ATOM_ERROR:
  case F_ATOM_ERROR:
  case N_ATOM_ERROR: return "expected true, false or null";
  case NUMBER_ERROR: return "a number is not written as JSON has them";
  case UTF8_ERROR: return "it is not UTF-8";
  case EMPTY: return "it is empty";
  case UNESCAPED_CHARS: return "a string has a control character in it, which takes an escape";
  case UNCLOSED_STRING: return "a string is opened and never closed";
  case INCORRECT_TYPE: return "expected a JSON object, such as {\"user_id\": 1}";
  case INCOMPLETE_ARRAY_OR_OBJECT: return "an object or a list is not closed, or something stands behind it";
  case TRAILING_CONTENT: return "something stands behind the object";
  default: return error_message(code);
  }
}

/// The length of the beginning of `text` that is UTF-8 (RFC 3629).
size_t valid_prefix(std::string_view text) {
  size_t place = 0;
  while (place < text.size()) {
    size_t length = 1;
    while (length < 5 && !validate_utf8(text.data() + place, std::min(length, text.size() - place)) &&
           place + length < text.size())
      length++;
    if (length == 5 || !validate_utf8(text.data() + place, std::min(length, text.size() - place))) return place;
    place += length;
  }
  return place;
}

/// Where in `text` the first thing stands that the scan for strings refuses with `code`.
size_t place_of(error_code code, std::string_view text) {
  if (code == UTF8_ERROR) return valid_prefix(text);
  bool in_string = false;
  size_t opened = 0;
  for (size_t place = 0; place < text.size(); place++) {
    const unsigned char byte = static_cast<unsigned char>(text[place]);
    if (in_string && byte == '\\') {
      place++;
    } else if (byte == '"') {
      in_string = !in_string;
      opened = place;
    } else if (in_string && byte < 0x20 && code == UNESCAPED_CHARS) {
      return place;
    }
  }
  return code == UNCLOSED_STRING ? opened : 0;
}

} // namespace

struct tb_json {
  ondemand::parser parser;
  Node root;
  std::vector<tb_json_field> fields;
  std::vector<tb_json_field> elements;
  uint64_t row = 0;
  /// The text with what the parser may look at behind it. What it parses is always a copy: it looks at a text twice, and
  /// one that lies in a mapped file may be another the second time.
  std::unique_ptr<char[]> copy;
  size_t copy_capacity = 0;

  const char *start = nullptr;
  size_t length = 0;
  std::string error;
  size_t error_offset = 0;

  tb_json_path_receiver path_receiver = nullptr;
  void *path_context = nullptr;
  /// The depth of the objects whose keys paths begin with.
  int first_depth = 1;
  std::string path;

  bool fail(const char *text, const char *place) {
    error = text;
    error_offset = place >= start && place <= start + length ? static_cast<size_t>(place - start) : length;
    return false;
  }

  bool fail(error_code code, ondemand::document &document) {
    const char *place = nullptr;
    if (document.current_location().get(place)) place = start + length;
    return fail(words(code), place);
  }

  void clear(Node &node) {
    for (size_t field : node.fields) fields[field].kind = TB_JSON_ABSENT;
    for (Node &child : node.children) clear(child);
  }

  void set(Node *node, const tb_json_field &field) {
    if (!node) return;
    for (size_t place : node->fields) fields[place] = field;
  }

  void tell(int32_t kind) {
    if (path_receiver)
      path_receiver(path_context, reinterpret_cast<const uint8_t *>(path.data()), path.size(), kind);
  }

  tb_json_field field(const char *place, std::string_view text, int32_t kind) const {
    return {reinterpret_cast<const uint8_t *>(text.data()), text.size(), static_cast<size_t>(place - start), kind, 0, 0};
  }

  /// A string at `place`, its opening quote; one without escapes stays where it is.
  bool take_string(ondemand::value &value, const char *place, tb_json_field &out) {
    const char *text = place + 1;
    const char *end = static_cast<const char *>(memchr(text, '"', static_cast<size_t>(start + length - text)));
    if (end && !memchr(text, '\\', static_cast<size_t>(end - text))) {
      // One that was not taken would pass for a key where a colon is behind it.
      ondemand::raw_json_string taken;
      if (error_code code = value.get_raw_json_string().get(taken)) return fail(words(code), place);
      out = field(place, {text, static_cast<size_t>(end - text)}, TB_JSON_STRING);
      return true;
    }
    std::string_view decoded;
    if (error_code code = value.get_string().get(decoded)) return fail(words(code), place);
    out = field(place, decoded, TB_JSON_STRING);
    return true;
  }

  /// A number, true, false or null.
  bool take_scalar(ondemand::value &value, ondemand::json_type type, const char *place, tb_json_field &out) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\n' || token.back() == '\r'))
      token.remove_suffix(1);
    switch (type) {
    case ondemand::json_type::number:
      if (!is_number(token)) return fail(words(NUMBER_ERROR), place);
      out = field(place, token, TB_JSON_NUMBER);
      return true;
    case ondemand::json_type::boolean:
      if (token != "true" && token != "false") return fail(words(T_ATOM_ERROR), place);
      out = field(place, token, TB_JSON_BOOLEAN);
      return true;
    default:
      if (token != "null") return fail(words(N_ATOM_ERROR), place);
      out = field(place, token, TB_JSON_NULL);
      return true;
    }
  }

  /// Goes through `value`; `out` is what it is.
  bool walk(ondemand::document &document, ondemand::value &value, Node *node, int depth, tb_json_field &out) {
    const char *place = value.raw_json_token().data();
    ondemand::json_type type;
    if (error_code code = value.type().get(type)) {
      if (*place == 'N' || *place == 'I') return fail("NaN and Infinity are no JSON; write null", place);
      return fail(words(code), place);
    }
    switch (type) {
    case ondemand::json_type::object: {
      if (depth >= deepest) return fail(words(DEPTH_ERROR), place);
      ondemand::object object;
      if (error_code code = value.get_object().get(object)) return fail(code, document);
      const char *end = place;
      if (!walk(document, object, node, depth + 1, end)) return false;
      out = field(place, {place, static_cast<size_t>(end - place)}, TB_JSON_OBJECT);
      return true;
    }
    case ondemand::json_type::array: {
      if (depth >= deepest) return fail(words(DEPTH_ERROR), place);
      return walk_list(document, value, place, node, depth + 1, out);
    }
    case ondemand::json_type::string: return take_string(value, place, out);
    default: return take_scalar(value, type, place, out);
    }
  }

  bool walk_list(ondemand::document &document, ondemand::value &value, const char *place, Node *node, int depth,
                 tb_json_field &out) {
    ondemand::array array;
    if (error_code code = value.get_array().get(array)) return fail(code, document);
    const bool wanted = node && !node->fields.empty();
    const size_t first = elements.size();
    // Objects in a list have no paths.
    const tb_json_path_receiver receiver = std::exchange(path_receiver, nullptr);
    for (auto each : array) {
      ondemand::value element;
      if (error_code code = std::move(each).get(element)) return fail(code, document);
      tb_json_field found;
      if (!walk(document, element, nullptr, depth, found)) return false;
      if (wanted) elements.push_back(found);
    }
    path_receiver = receiver;
    const char *end = closing(document);
    out = field(place, {place, static_cast<size_t>(end - place)}, TB_JSON_LIST);
    out.first_element = first;
    out.element_count = static_cast<int32_t>(elements.size() - first);
    return true;
  }

  /// Behind the bracket that closes what was gone through last.
  const char *closing(ondemand::document &document) {
    const char *next = nullptr;
    if (document.current_location().get(next)) next = start + length;
    while (next > start && next[-1] != ']' && next[-1] != '}') next--;
    return next;
  }

  /// Goes through an object whose brace stands open; `end` is behind the one that closes it.
  bool walk(ondemand::document &document, ondemand::object &object, Node *node, int depth, const char *&end) {
    const size_t path_length = path.size();
    bool is_empty = true;
    for (auto each : object) {
      is_empty = false;
      ondemand::field entry;
      if (error_code code = std::move(each).get(entry)) return fail(code, document);
      std::string_view key;
      if (!take_key(entry, key)) return false;
      Node *child = nullptr;
      if (node)
        for (Node &known : node->children)
          if (known.key == key) child = &known;
      if (child) {
        if (child->row == row) clear(*child);
        child->row = row;
      }
      if (path_receiver) {
        if (depth > first_depth) path += '.';
        path += key;
      }
      ondemand::value value = entry.value();
      tb_json_field found;
      if (!walk(document, value, child, depth, found)) return false;
      set(child, found);
      if (path_receiver) {
        if (found.kind != TB_JSON_OBJECT) tell(found.kind);
        path.resize(path_length);
      }
    }
    if (is_empty && depth > first_depth) tell(TB_JSON_NULL);
    end = closing(document);
    return true;
  }

  bool take_key(ondemand::field &entry, std::string_view &key) {
    const char *text = entry.key().raw();
    const char *end = static_cast<const char *>(memchr(text, '"', static_cast<size_t>(start + length - text)));
    if (end && !memchr(text, '\\', static_cast<size_t>(end - text))) {
      key = {text, static_cast<size_t>(end - text)};
      return true;
    }
    if (error_code code = entry.unescaped_key().get(key)) return fail(words(code), text - 1);
    return true;
  }

  /// Makes `text` the one to be parsed.
  bool open(const uint8_t *text, size_t count, ondemand::document &document, ondemand::object &object) {
    length = count;
    elements.clear();
    path.clear();
    row++;
    for (tb_json_field &field : fields) field.kind = TB_JSON_ABSENT;
    if (copy_capacity < count + SIMDJSON_PADDING) {
      copy_capacity = 2 * count + SIMDJSON_PADDING;
      copy.reset(new char[copy_capacity]);
    }
    memcpy(copy.get(), text, count);
    memset(copy.get() + count, ' ', SIMDJSON_PADDING);
    start = copy.get();
    // It would grow to the size of every text that is longer than those before.
    if (parser.capacity() < count)
      if (parser.allocate(std::max<size_t>(2 * count, 4096), deepest + 8)) throw std::bad_alloc();
    if (error_code code = parser.iterate(padded_string_view(start, count, count + SIMDJSON_PADDING)).get(document))
      return refuse(code);
    if (error_code code = document.get_object().get(object)) {
      const size_t first = std::string_view(start, count).find_first_not_of(" \t\r\n");
      if (code == INCORRECT_TYPE) return fail(words(code), start + (first == std::string_view::npos ? 0 : first));
      return fail(words(code), start + count);
    }
    return true;
  }

  bool refuse(error_code code) {
    if (code == MEMALLOC) throw std::bad_alloc();
    return fail(words(code), start + place_of(code, {start, length}));
  }

  bool close(ondemand::document &document) {
    const char *next = nullptr;
    if (document.current_location().get(next)) return true;
    return fail(words(TRAILING_CONTENT), next);
  }

  bool parse(const uint8_t *text, size_t count) {
    ondemand::document document;
    ondemand::object object;
    if (!open(text, count, document, object)) return false;
    const char *end = nullptr;
    return walk(document, object, &root, 1, end) && close(document);
  }

  int parse_rows(const uint8_t *text, size_t count, tb_json_receiver receiver, void *context) {
    ondemand::document document;
    ondemand::object object;
    if (!open(text, count, document, object)) return TB_JSON_BROKEN;
    Node *of_key = nullptr;
    Node *of_values = nullptr;
    for (Node &child : root.children) {
      if (child.key == "key") of_key = &child;
      if (child.key == "values") of_values = &child;
    }
    for (auto each : object) {
      ondemand::field entry;
      if (error_code code = std::move(each).get(entry)) {
        fail(code, document);
        return TB_JSON_BROKEN;
      }
      row++;
      elements.clear();
      for (tb_json_field &field : fields) field.kind = TB_JSON_ABSENT;
      const char *place = entry.key().raw() - 1;
      std::string_view key;
      if (!take_key(entry, key)) return TB_JSON_BROKEN;
      ondemand::value value = entry.value();
      const bool is_object = *value.raw_json_token().data() == '{';
      tb_json_field found;
      if (!walk(document, value, is_object ? &root : of_values, 1, found)) return TB_JSON_BROKEN;
      if (!is_object) {
        set(of_values, found);
        path = "values";
        tell(found.kind);
        path.clear();
      }
      set(of_key, field(place, key, TB_JSON_STRING));
      if (receiver && receiver(context)) return TB_JSON_STOPPED;
    }
    return close(document) ? TB_JSON_OK : TB_JSON_BROKEN;
  }
};

namespace {

/// Runs `body` and turns whatever it throws into a code.
template <typename Body>
int guarded(tb_json *json, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return TB_JSON_OUT_OF_MEMORY;
  } catch (const std::exception &failure) {
    try {
      json->error = failure.what();
    } catch (...) {
    }
    json->error_offset = 0;
    return TB_JSON_BROKEN;
  }
}

} // namespace

tb_json *tb_json_create(const char *const *paths, const size_t *lengths, size_t count) {
  try {
    auto json = std::make_unique<tb_json>();
    json->fields.resize(count);
    for (size_t place = 0; place < count; place++)
      add(json->root, {paths[place], lengths[place]}, place, 6);
    return json.release();
  } catch (...) {
    return nullptr;
  }
}

void tb_json_destroy(tb_json *json) { delete json; }

int tb_json_line(tb_json *json, const uint8_t *text, size_t length) {
  return guarded(json, [&] { return json->parse(text, length) ? TB_JSON_OK : TB_JSON_BROKEN; });
}

const tb_json_field *tb_json_fields(const tb_json *json) { return json->fields.data(); }

const tb_json_field *tb_json_elements(const tb_json *json) { return json->elements.data(); }

int tb_json_rows(tb_json *json, const uint8_t *text, size_t length, tb_json_receiver receiver,
                 void *context) {
  return guarded(json, [&] { return json->parse_rows(text, length, receiver, context); });
}

int tb_json_paths(tb_json *json, const uint8_t *text, size_t length,
                  tb_json_path_receiver receiver, void *context) {
  json->path_receiver = receiver;
  json->path_context = context;
  const int code = guarded(json, [&] { return json->parse(text, length) ? TB_JSON_OK : TB_JSON_BROKEN; });
  json->path_receiver = nullptr;
  return code;
}

int tb_json_row_paths(tb_json *json, const uint8_t *text, size_t length,
                      tb_json_path_receiver receiver, void *context) {
  json->path_receiver = receiver;
  json->path_context = context;
  json->first_depth = 2;
  const int code = guarded(json, [&] { return json->parse_rows(text, length, nullptr, nullptr); });
  json->path_receiver = nullptr;
  json->first_depth = 1;
  return code;
}

const char *tb_json_error(const tb_json *json) { return json->error.c_str(); }

size_t tb_json_error_offset(const tb_json *json) { return json->error_offset; }

const char *tb_json_version(void) { return SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }
