-- Drives `towerbook lsp` from Neovim: nvim --headless -u NONE --cmd "let g:tool = 'PATH'" RECIPE -c "luafile THIS"
-- Prints what Neovim made of the answers, a line each, and ends with 0; with 1 where something does not come.
local function wait(what, done)
  -- Neovim's own limit does not count while messages keep coming.
  local limit = os.time() + 60
  local found = false
  vim.wait(60000, function()
    found = done()
    return found or os.time() > limit
  end, 20)
  if not found then
    io.stdout:write("missing: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local function say(text) io.stdout:write(text .. "\n") end

local function run()
  local client = vim.lsp.start_client({
    name = "towerbook", cmd = { vim.g.tool, "lsp" }, root_dir = vim.fn.getcwd(),
    capabilities = vim.lsp.protocol.make_client_capabilities(),
  })
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)

  local function ask(method, line, column)
    vim.api.nvim_win_set_cursor(0, { line, column })
    local parameters = vim.lsp.util.make_position_params(0, vim.lsp.get_client_by_id(client).offset_encoding)
    local answers = vim.lsp.buf_request_sync(buffer, method, parameters, 60000)
    return answers and answers[client] and answers[client].result
  end

  local function problems() return vim.diagnostic.get(buffer) end

  wait("problems", function() return #problems() == 2 end)
  for _, one in ipairs(problems()) do
    say(string.format("problem %d:%d-%d %s", one.lnum + 1, one.col, one.end_col, one.message))
  end

  -- The correction is applied by Neovim itself.
  local actions = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(), context = { diagnostics = {}, only = { "source.fixAll" } },
    range = { start = { line = 0, character = 0 }, ["end"] = { line = 99, character = 0 } },
  }, 60000)[client].result
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  wait("no problems", function() return #problems() == 0 end)
  say("mended " .. vim.api.nvim_buf_get_lines(buffer, 8, 9, true)[1])

  say("hover " .. ask("textDocument/hover", 9, 4).contents.value:gsub("\n.*", ""))
  local place = ask("textDocument/definition", 10, 13)
  say(string.format("definition %d:%d", place.range.start.line + 1, place.range.start.character))

  -- As typed: a new line, then part of a name; Neovim sends the change itself.
  vim.api.nvim_buf_set_lines(buffer, 10, 10, true, { "  lo" })
  local labels = {}
  for _, item in ipairs(ask("textDocument/completion", 11, 4).items) do
    if vim.startswith(item.label, "lo") then table.insert(labels, item.textEdit.newText) end
  end
  say("completion " .. table.concat(labels, "|"))
  vim.api.nvim_buf_set_lines(buffer, 10, 11, true, {})

  local lenses
  wait("lenses", function()
    vim.lsp.codelens.refresh()
    lenses = vim.lsp.codelens.get(buffer)
    return #lenses == 8 and lenses[1].command.title == "would run"
  end)
  say("lens " .. lenses[1].command.title)
  vim.lsp.stop_client(client)
  wait("the server's end", function() return vim.lsp.get_client_by_id(client) == nil end)
  say("done")
end

local fine, reason = pcall(run)
if not fine then
  say("failed: " .. tostring(reason))
  vim.cmd("cquit 1")
end
vim.cmd("qall!")
