#ifndef TOWERBOOK_SIMDJSON_SHIM_H
#define TOWERBOOK_SIMDJSON_SHIM_H

#include <stddef.h>
#include <stdint.h>

/// The part of simdjson that Towerbook uses, callable from C: objects walked once, wanted paths found, no exceptions.
///
/// Every value is looked at, whether it is wanted or not, so that a line is broken or is not, whatever is asked of it.
/// A path is the keys of nested objects joined by dots; a key that has a dot in it is found by the same path. Where an
/// object has a key twice, the last one counts, as in Python's json.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tb_json tb_json;

enum tb_json_code {
  TB_JSON_OK = 0,
  TB_JSON_BROKEN = 1,         ///< no JSON, or no object; `tb_json_error` and `tb_json_error_offset` say what and where
  TB_JSON_OUT_OF_MEMORY = 2,
  TB_JSON_STOPPED = 3         ///< the receiver of rows said so
};

enum tb_json_kind {
  TB_JSON_ABSENT = 0,
  TB_JSON_NULL = 1,
  TB_JSON_STRING = 2,  ///< `text` has no quotes and no escapes
  TB_JSON_NUMBER = 3,  ///< `text` is as in the file
  TB_JSON_BOOLEAN = 4, ///< `text` is true or false
  TB_JSON_LIST = 5,    ///< `text` is as in the file, from bracket to bracket
  TB_JSON_OBJECT = 6   ///< likewise
};

/// A value; its text is valid until the next call with the same parser.
typedef struct {
  const uint8_t *text;
  size_t length;
  size_t offset;           ///< where it begins, in bytes from the beginning of what was parsed
  int32_t kind;            ///< a `tb_json_kind`
  int32_t element_count;   ///< of a list
  size_t first_element;    ///< of a list, in `tb_json_elements`
} tb_json_field;

/// A parser that looks for `count` paths; NULL where there is no memory.
tb_json *tb_json_create(const char *const *paths, const size_t *lengths, size_t count);

/// Ends a parser; NULL is allowed.
void tb_json_destroy(tb_json *json);

/// Parses one object and nothing behind it.
int tb_json_line(tb_json *json, const uint8_t *text, size_t length);

/// The values of the wanted paths, in the order of the paths, after a line or within a receiver of rows.
const tb_json_field *tb_json_fields(const tb_json *json);

/// The elements of all wanted lists, likewise.
const tb_json_field *tb_json_elements(const tb_json *json);

/// Takes a row; anything but 0 stops the parsing.
typedef int (*tb_json_receiver)(void *context);

/// Parses an object of rows: `receiver` is called for every key. The path `key` is the key itself; a value that is an
/// object is looked at for the paths, and any other is that of the path `values`.
int tb_json_rows(tb_json *json, const uint8_t *text, size_t length, tb_json_receiver receiver, void *context);

/// Takes a path with a value: `kind` is that of a null for an empty object.
typedef void (*tb_json_path_receiver)(void *context, const uint8_t *path, size_t length, int32_t kind);

/// Parses one object and calls `receiver` for all paths to values that are no objects, in the order of the file.
int tb_json_paths(tb_json *json, const uint8_t *text, size_t length,
                  tb_json_path_receiver receiver, void *context);

/// Parses an object of rows and calls `receiver` for the paths in them that are not `key`.
int tb_json_row_paths(tb_json *json, const uint8_t *text, size_t length,
                      tb_json_path_receiver receiver, void *context);

/// What the last broken text has, never NULL.
const char *tb_json_error(const tb_json *json);

/// Where, in bytes from the beginning of what was parsed.
size_t tb_json_error_offset(const tb_json *json);

/// The version of simdjson, such as `3.0.1`.
const char *tb_json_version(void);

#ifdef __cplusplus
}
#endif

#endif
