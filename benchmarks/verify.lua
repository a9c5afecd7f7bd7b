-- For HAProxy: asks verify about each request. VERIFY is the URL; without an answer of 2xx the request is refused.

local url = os.getenv("VERIFY")

core.register_action("verify", { "http-req" }, function(txn)
  local headers = {
    ["x-forwarded-method"] = { txn.f:method() },
    ["x-forwarded-proto"] = { "https" },
    ["x-forwarded-host"] = { txn.f:req_fhdr("host") },
    ["x-forwarded-uri"] = { txn.f:pathq() },
    ["x-forwarded-for"] = { txn.f:src() },
    ["authorization"] = { txn.f:req_fhdr("authorization") },
  }
  local answer = core.httpclient():get({ url = url, headers = headers, timeout = 5000 })
  local user = answer and answer.headers and answer.headers["x-user-id"]
  if answer and answer.status >= 200 and answer.status < 300 and user then
    txn:set_var("txn.user_id", user[0])
    txn:set_var("txn.user_name", answer.headers["x-user-name"][0])
    txn:set_var("txn.client_id", answer.headers["x-client-id"][0])
  end
end)
