locals {
  lambda_folder = coalesce(var.lambda_folder, "${path.module}/../build/lambda")

  # A transaction needs the rights of its parts.
  tracker_rights = ["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]

  functions = {
    api = {
      memory_megabytes = 1024
      timeout_seconds  = 29
      rights = {
        tracker   = local.tracker_rights
        positions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"]
        secret    = ["secretsmanager:GetSecretValue"]
      }
    }
    authorizer = {
      memory_megabytes = 512
      timeout_seconds  = 10
      rights = {
        secret = ["secretsmanager:GetSecretValue"]
      }
    }
    tick = {
      memory_megabytes = 512
      # Its jobs share what it has. The next one may begin before: leases keep them apart.
      timeout_seconds = 90
      rights = {
        tracker = local.tracker_rights
        secret  = ["secretsmanager:GetSecretValue"]
      }
    }
  }

  resources = {
    tracker   = aws_dynamodb_table.tracker.arn
    positions = aws_dynamodb_table.positions.arn
    secret    = aws_secretsmanager_secret.api.arn
  }

  environment = {
    DYNAMODB_TABLE        = var.positions_table
    EPISODE_SYNC_MODE     = var.episode_sync_mode
    IMMERSION_CORS_ORIGIN = var.cors_origin
    IMMERSION_SECRET_ID   = var.secret_id
    IMMERSION_TABLE       = var.tracker_table
    IMMERSION_TIME_ZONE   = var.time_zone
    NODE_OPTIONS          = "--enable-source-maps"
  }
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_50:Tracing costs per request; the logs carry request ids and durations.
  #checkov:skip=CKV_AWS_115:The API throttles; concurrency of its own would be taken from the account's other functions.
  #checkov:skip=CKV_AWS_116:The API answers its caller, and the next tick repeats what one missed: there is no letter to keep.
  #checkov:skip=CKV_AWS_117:It reaches DynamoDB and the providers over the internet by TLS; a VPC would need a NAT gateway.
  #checkov:skip=CKV_AWS_173:The environment holds names alone; everything secret is in Secrets Manager.
  #checkov:skip=CKV_AWS_272:Who deploys builds the zip from these sources; a signing profile would sign on the same computer.
  for_each = local.functions

  function_name    = "${var.name}_${each.key}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = var.lambda_runtime
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = "${local.lambda_folder}/${each.key}.zip"
  source_code_hash = filebase64sha256("${local.lambda_folder}/${each.key}.zip")
  memory_size      = each.value.memory_megabytes
  timeout          = each.value.timeout_seconds

  environment {
    variables = merge(local.environment, var.settings)
  }

  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_338:Nobody needs a year of these logs; log_retention_days says how long they are kept.
  for_each = local.functions

  name              = "/aws/lambda/${var.name}_${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = "${var.name}_${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "function" {
  for_each = local.functions

  dynamic "statement" {
    for_each = each.value.rights

    content {
      actions   = statement.value
      resources = [local.resources[statement.key]]
    }
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "own"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.function[each.key].json
}
