output "api_url" {
  description = "What IMMERSION_TRACKER_API_URL is to be."
  value       = local.domain_name == null ? aws_api_gateway_stage.api.invoke_url : "https://${local.domain_name}"
}

output "domain_target" {
  description = "What a domain that was entered by hand points to."
  value       = { for name, domain in aws_api_gateway_domain_name.api : name => domain.regional_domain_name }
}

output "rest_api_id" {
  description = "The REST API's id."
  value       = aws_api_gateway_rest_api.api.id
}

output "secret_id" {
  description = "The secret to fill with users and provider keys."
  value       = aws_secretsmanager_secret.api.name
}

output "tables" {
  description = "The tables' names."
  value = {
    tracker   = aws_dynamodb_table.tracker.name
    positions = aws_dynamodb_table.positions.name
  }
}

output "functions" {
  description = "The functions' names."
  value       = { for key, function in aws_lambda_function.function : key => function.function_name }
}
