locals {
  stage = "prod"

  routes = {
    "/"         = aws_api_gateway_rest_api.api.root_resource_id
    "/{proxy+}" = aws_api_gateway_resource.proxy.id
  }

  # A GET of these needs no password: they are pages without anybody's data.
  open_routes = {
    "/" = aws_api_gateway_rest_api.api.root_resource_id
  }

  preflight_headers = {
    "Access-Control-Allow-Headers" = "Authorization,Content-Type"
    "Access-Control-Allow-Methods" = "GET,POST,PUT,OPTIONS"
    "Access-Control-Allow-Origin"  = var.cors_origin
    "Access-Control-Max-Age"       = "600"
    "Vary"                         = "Origin"
  }

  error_headers = {
    "Access-Control-Allow-Origin" = var.cors_origin
    "Vary"                        = "Origin"
  }

  # Of the gateway's own 5XX each may pass: the function was too slow, too many, or did not start.
  gateway_responses = {
    DEFAULT_4XX  = { status = null, headers = {} }
    DEFAULT_5XX  = { status = null, headers = { "Retry-After" = "5" } }
    THROTTLED    = { status = "429", headers = { "Retry-After" = "1" } }
    UNAUTHORIZED = { status = "401", headers = { "WWW-Authenticate" = "Basic" } }
  }
}

resource "aws_api_gateway_rest_api" "api" {
  name        = var.name
  description = "Records what language learners watch, and shows their progress"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_authorizer" "basic" {
  rest_api_id     = aws_api_gateway_rest_api.api.id
  name            = var.name
  type            = "REQUEST"
  authorizer_uri  = aws_lambda_function.function["authorizer"].invoke_arn
  identity_source = "method.request.header.Authorization"
  # Each request decides anew: a removed user is out at once.
  authorizer_result_ttl_in_seconds = 0
}

resource "aws_api_gateway_method" "any" {
  #checkov:skip=CKV2_AWS_53:The function validates each request against the schema of its endpoint.
  for_each = local.routes

  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = each.value
  http_method   = "ANY"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.basic.id
}

resource "aws_api_gateway_integration" "any" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.any[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.function["api"].invoke_arn
  timeout_milliseconds    = 29000
}

resource "aws_api_gateway_method" "open" {
  #checkov:skip=CKV_AWS_59:It shows a page that is the same for everyone and holds nobody's data.
  #checkov:skip=CKV2_AWS_53:There is nothing in it to validate.
  for_each = local.open_routes

  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = each.value
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "open" {
  for_each = local.open_routes

  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.open[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.function["api"].invoke_arn
  timeout_milliseconds    = 29000
}

resource "aws_api_gateway_method" "preflight" {
  #checkov:skip=CKV2_AWS_53:There is nothing in it to validate.
  for_each = local.routes

  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = each.value
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "preflight" {
  for_each = local.routes

  rest_api_id       = aws_api_gateway_rest_api.api.id
  resource_id       = each.value
  http_method       = aws_api_gateway_method.preflight[each.key].http_method
  type              = "MOCK"
  request_templates = { "application/json" = "{\"statusCode\": 204}" }
}

resource "aws_api_gateway_method_response" "preflight" {
  for_each = local.routes

  rest_api_id         = aws_api_gateway_rest_api.api.id
  resource_id         = each.value
  http_method         = aws_api_gateway_method.preflight[each.key].http_method
  status_code         = "204"
  response_parameters = { for name, value in local.preflight_headers : "method.response.header.${name}" => true }
}

resource "aws_api_gateway_integration_response" "preflight" {
  for_each = local.routes

  rest_api_id         = aws_api_gateway_rest_api.api.id
  resource_id         = each.value
  http_method         = aws_api_gateway_method.preflight[each.key].http_method
  status_code         = aws_api_gateway_method_response.preflight[each.key].status_code
  response_parameters = { for name, value in local.preflight_headers : "method.response.header.${name}" => "'${value}'" }

  depends_on = [aws_api_gateway_integration.preflight]
}

resource "aws_api_gateway_gateway_response" "error" {
  for_each = local.gateway_responses

  rest_api_id         = aws_api_gateway_rest_api.api.id
  response_type       = each.key
  status_code         = each.value.status
  response_parameters = { for name, value in merge(local.error_headers, each.value.headers) : "gatewayresponse.header.${name}" => "'${value}'" }
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
}

resource "aws_lambda_permission" "gateway" {
  for_each = {
    api        = "${aws_api_gateway_rest_api.api.execution_arn}/*"
    authorizer = "${aws_api_gateway_rest_api.api.execution_arn}/authorizers/${aws_api_gateway_authorizer.basic.id}"
  }

  statement_id  = "gateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function[each.key].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = each.value
}

resource "aws_api_gateway_deployment" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id

  triggers = {
    redeployment = sha256(jsonencode([
      local.routes,
      local.open_routes,
      aws_api_gateway_authorizer.basic,
      aws_api_gateway_method.any,
      aws_api_gateway_method.open,
      aws_api_gateway_method.preflight,
      aws_api_gateway_integration.any,
      aws_api_gateway_integration.open,
      aws_api_gateway_integration.preflight,
      aws_api_gateway_integration_response.preflight,
      aws_api_gateway_gateway_response.error,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "api" {
  #checkov:skip=CKV_AWS_73:Tracing costs per request; the logs carry request ids and durations.
  #checkov:skip=CKV_AWS_120:Answers are a person's own and change with each sync; a cache costs by the hour.
  #checkov:skip=CKV2_AWS_4:Access logs are on; execution logs would hold the Authorization header.
  #checkov:skip=CKV2_AWS_29:A web application firewall costs more than the whole service does; the throttle is the limit.
  #checkov:skip=CKV2_AWS_51:People come with a password, not with a client certificate.
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.api.id
  stage_name    = local.stage

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # No path and no query: those hold what people search for.
    format = jsonencode({
      time           = "$context.requestTime"
      request_id     = "$context.requestId"
      method         = "$context.httpMethod"
      route          = "$context.resourcePath"
      status         = "$context.status"
      error          = "$context.error.responseType"
      duration_ms    = "$context.responseLatency"
      response_bytes = "$context.responseLength"
      user           = "$context.authorizer.principalId"
      address        = "$context.identity.sourceIp"
    })
  }

  depends_on = [aws_api_gateway_account.account]
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225:Answers are a person's own and change with each sync; a cache costs by the hour.
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }
}

resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_338:Nobody needs a year of these logs; log_retention_days says how long they are kept.
  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "gateway_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "gateway_logs" {
  count = var.manage_api_gateway_account ? 1 : 0

  name               = "${var.name}_gateway_logs"
  assume_role_policy = data.aws_iam_policy_document.gateway_assume.json
}

resource "aws_iam_role_policy_attachment" "gateway_logs" {
  count = var.manage_api_gateway_account ? 1 : 0

  role       = aws_iam_role.gateway_logs[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "account" {
  count = var.manage_api_gateway_account ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.gateway_logs[0].arn

  depends_on = [aws_iam_role_policy_attachment.gateway_logs]
}
