locals {
  metrics_namespace = "TVShowTracker/API"
  alarm_seconds     = 300

  # ThrottledRequests exists per table and operation only. These are the operations in use: an alarm takes ten at most.
  throttled = {
    for pair in concat(
      [for operation in ["GetItem", "PutItem", "DeleteItem", "Query", "TransactWriteItems"] : { table = aws_dynamodb_table.tracker.name, operation = operation }],
      [for operation in ["GetItem", "Query", "Scan", "TransactWriteItems"] : { table = aws_dynamodb_table.positions.name, operation = operation }],
    ) : "${pair.table}_${pair.operation}" => pair
  }
  throttled_keys = sort(keys(local.throttled))

  # The sums of all requests: metrics without dimensions.
  alarms = {
    errors = {
      description = "More than 10 requests in 5 minutes failed, by whosever fault."
      metric      = "ErrorCount"
      statistic   = "Sum"
      threshold   = 10
    }
    slow = {
      description = "Requests took more than 2 seconds on average over 5 minutes."
      metric      = "ResponseTime"
      statistic   = "Average"
      threshold   = 2000
    }
  }
}

resource "aws_cloudwatch_log_group" "server" {
  #checkov:skip=CKV_AWS_338:Nobody needs a year of these logs; log_retention_days says how long they are kept.
  name              = var.server_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:Alarms hold names and numbers alone, and CloudWatch may not use AWS's own key of SNS.
  name              = "${var.name}_alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.alarm_email == null ? [] : [var.alarm_email])

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "requests" {
  for_each = local.alarms

  alarm_name          = "${var.name}_${each.key}"
  alarm_description   = each.value.description
  namespace           = local.metrics_namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  period              = local.alarm_seconds
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "throttled" {
  alarm_name          = "${var.name}_throttled"
  alarm_description   = "DynamoDB refused requests because there were too many."
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "throttled"
    expression  = "SUM(METRICS())"
    label       = "Throttled requests"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { for index, key in local.throttled_keys : "t${index}" => local.throttled[key] }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = "ThrottledRequests"
        stat        = "Sum"
        period      = local.alarm_seconds

        dimensions = {
          TableName = metric_query.value.table
          Operation = metric_query.value.operation
        }
      }
    }
  }
}

locals {
  # Two columns of widgets, each with a row of lines over time.
  widgets = [
    {
      title = "Requests"
      metrics = [
        [local.metrics_namespace, "RequestCount", { stat = "Sum", label = "All" }],
        [{ expression = "SEARCH('{${local.metrics_namespace},Endpoint,Method,StatusCode} MetricName=\"RequestCount\"', 'Sum', 300)", label = "" }],
      ]
    },
    {
      title = "Errors"
      metrics = [
        [local.metrics_namespace, "ErrorCount", { stat = "Sum", label = "All" }],
        [{ expression = "SEARCH('{${local.metrics_namespace},Endpoint,Method,StatusCode,ErrorType} MetricName=\"ErrorCount\"', 'Sum', 300)", label = "" }],
      ]
    },
    {
      title   = "Response time (ms)"
      metrics = [for stat in ["p50", "p95", "p99"] : [local.metrics_namespace, "ResponseTime", { stat = stat, label = stat }]]
    },
    {
      title = "DynamoDB throttled requests"
      metrics = [
        for key in local.throttled_keys :
        ["AWS/DynamoDB", "ThrottledRequests", "TableName", local.throttled[key].table, "Operation", local.throttled[key].operation, { stat = "Sum" }]
      ]
    },
    {
      title   = "Server: CPU in use (%)"
      metrics = [[{ expression = "SEARCH('{CWAgent,host} MetricName=\"cpu_usage_active\"', 'Average', 300)", label = "" }]]
    },
    {
      title = "Server: memory and disk in use (%)"
      metrics = [
        [{ expression = "SEARCH('{CWAgent,host} MetricName=\"mem_used_percent\"', 'Average', 300)", label = "Memory" }],
        [{ expression = "SEARCH('{CWAgent,host,path} MetricName=\"disk_used_percent\"', 'Average', 300)", label = "Disk" }],
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "service" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = var.region
          view    = "timeSeries"
          period  = local.alarm_seconds
          metrics = widget.metrics
        }
      }
    ]
  })
}

# What a server that does not run on Lambda needs of AWS, the CloudWatch agent beside it included.
data "aws_iam_policy_document" "server" {
  #checkov:skip=CKV_AWS_356:Metrics have no resource to name; their namespaces are named instead.
  #checkov:skip=CKV_AWS_111:Metrics have no resource to name; their namespaces are named instead.
  dynamic "statement" {
    for_each = local.functions.api.rights

    content {
      actions   = statement.value
      resources = [local.resources[statement.key]]
    }
  }

  statement {
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = [local.metrics_namespace, "CWAgent"]
    }
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.server.arn}:*"]
  }
}

output "server_policy" {
  description = "IAM policy for the role of a server that does not run on Lambda."
  value       = data.aws_iam_policy_document.server.json
}

output "alarm_topic" {
  description = "SNS topic of the alarms."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "The dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.service.dashboard_name}"
}
