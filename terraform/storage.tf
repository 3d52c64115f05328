resource "aws_dynamodb_table" "tracker" {
  name                        = var.tracker_table
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_dynamodb_table" "positions" {
  name                        = var.positions_table
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "username"
  range_key                   = "tv_show"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "username"
    type = "S"
  }

  attribute {
    name = "tv_show"
    type = "S"
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_secretsmanager_secret" "api" {
  #checkov:skip=CKV2_AWS_57:Users and provider keys come from people and vendors; nothing here could rotate them.
  name                    = var.secret_id
  description             = "Users of the API and keys of the providers"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}
