locals {
  own_domain  = var.domain == null ? {} : { (var.domain.name) = var.domain }
  own_zone    = { for name, domain in local.own_domain : name => domain.zone_id if domain.zone_id != null }
  domain_name = var.domain == null ? null : var.domain.name
}

resource "aws_acm_certificate" "api" {
  for_each = local.own_zone

  domain_name       = each.key
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = local.own_zone

  zone_id         = each.value
  name            = one(aws_acm_certificate.api[each.key].domain_validation_options).resource_record_name
  type            = one(aws_acm_certificate.api[each.key].domain_validation_options).resource_record_type
  records         = [one(aws_acm_certificate.api[each.key].domain_validation_options).resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "api" {
  for_each = local.own_zone

  certificate_arn         = aws_acm_certificate.api[each.key].arn
  validation_record_fqdns = [aws_route53_record.validation[each.key].fqdn]
}

resource "aws_api_gateway_domain_name" "api" {
  for_each = local.own_domain

  domain_name              = each.key
  regional_certificate_arn = each.value.zone_id == null ? each.value.certificate_arn : aws_acm_certificate_validation.api[each.key].certificate_arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "api" {
  for_each = local.own_domain

  domain_name = aws_api_gateway_domain_name.api[each.key].domain_name
  api_id      = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
}

resource "aws_route53_record" "api" {
  for_each = local.own_zone

  zone_id = each.value
  name    = each.key
  type    = "A"

  alias {
    name                   = aws_api_gateway_domain_name.api[each.key].regional_domain_name
    zone_id                = aws_api_gateway_domain_name.api[each.key].regional_zone_id
    evaluate_target_health = false
  }
}
