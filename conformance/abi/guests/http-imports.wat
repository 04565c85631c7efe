(import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
(import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))
(import "extism:host/env" "http_headers" (func $http_headers (result i64)))
(data (i32.const 16) "loaded")

(func (export "hello") (call $answer (call $block (i32.const 16) (i32.const 6))))
