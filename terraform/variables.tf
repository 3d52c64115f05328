variable "region" {
  description = "AWS region of everything."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Give the region's code, such as ap-southeast-2."
  }
}

variable "name" {
  description = "Begins the names of functions, roles and log groups, and names the API."
  type        = string
  default     = "immersion_tracker"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]{1,39}$", var.name))
    error_message = "Use 2 to 40 lower-case letters, digits, hyphens and underscores; begin with a letter."
  }
}

variable "tags" {
  description = "Tags for everything."
  type        = map(string)
  default     = {}
}

variable "tracker_table" {
  description = "DynamoDB table of what was watched."
  type        = string
  default     = "immersion_tracker"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.tracker_table))
    error_message = "A table's name has 3 to 255 letters, digits, underscores, hyphens and dots."
  }
}

variable "positions_table" {
  description = "DynamoDB table of where one is in a show."
  type        = string
  default     = "tv_show_tracker"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.positions_table))
    error_message = "A table's name has 3 to 255 letters, digits, underscores, hyphens and dots."
  }
}

variable "secret_id" {
  description = "Name of the Secrets Manager secret with users and provider keys. Its value is set by hand, not by Terraform, which would keep it in its state."
  type        = string
  default     = "immersion_tracker_api"

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.secret_id))
    error_message = "A secret's name has letters, digits and /_+=.@- only."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the tables, and keep a deleted secret for a month."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "Customer managed key for tables, secret and logs. Without it, AWS's own keys encrypt them at no cost."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "Give the ARN of a KMS key, or null."
  }
}

variable "lambda_runtime" {
  description = "Node.js runtime of the functions."
  type        = string
  default     = "nodejs22.x"

  validation {
    condition     = can(regex("^nodejs(2[2-9]|[3-9][0-9])\\.x$", var.lambda_runtime))
    error_message = "The functions are built for Node.js 22 and newer."
  }
}

variable "lambda_folder" {
  description = "Folder of the zips that `npm run build:lambda` makes; null is where it leaves them."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or more of its own numbers of days."
  }
}

variable "settings" {
  description = "Further settings of the functions by the names of the environment variables, such as SPOTIFY_MARKET, TRAKT_REDIRECT_URI, IMMERSION_TMDB_INTERVAL_MS, IMMERSION_SYNC_BATCH, IMMERSION_SYNC_PARALLEL or IMMERSION_WATCHING_DAYS."
  type        = map(string)
  default     = {}

  validation {
    condition     = !anytrue([for name in keys(var.settings) : can(regex("(KEY|SECRET|PASSWORD|PIN)$", name))])
    error_message = "Keys and passwords belong into the secret."
  }
}

variable "episode_sync_mode" {
  description = "Which shows' episodes are kept up to date: ON_DEMAND, those that somebody watches, or GREEDY, all that were ever looked at."
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "GREEDY"], var.episode_sync_mode)
    error_message = "The mode is ON_DEMAND or GREEDY."
  }
}

variable "time_zone" {
  description = "IANA time zone in which days begin."
  type        = string
  default     = "Pacific/Auckland"

  validation {
    condition     = can(regex("^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$", var.time_zone))
    error_message = "Give an IANA name such as Europe/Berlin."
  }
}

variable "cors_origin" {
  description = "The origin that browsers may call from."
  type        = string
  default     = "https://immersion-tracker.jordansimsmith.com"

  validation {
    condition     = can(regex("^https?://[^/'\"\\s]+$", var.cors_origin))
    error_message = "Give scheme and host without a slash at the end, such as https://immersion.example."
  }
}

variable "throttle" {
  description = "Requests per second that the API takes on average, and at once."
  type        = object({ rate = number, burst = number })
  default     = { rate = 20, burst = 40 }

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= var.throttle.rate
    error_message = "The rate is 1 or more, and the burst no less than the rate."
  }
}

variable "manage_api_gateway_account" {
  description = "Give API Gateway the right to write logs, a setting of the whole account and region. Set it to false where that exists already."
  type        = bool
  default     = true
}

variable "tick_schedule" {
  description = "When the scheduled jobs run, as an EventBridge expression: imports go on, and due seasons of shows are synced."
  type        = string
  default     = "rate(1 minute)"

  validation {
    condition     = can(regex("^(rate|cron)\\(.+\\)$", var.tick_schedule))
    error_message = "Give an expression such as rate(1 minute) or cron(0 12 * * ? *)."
  }
}

variable "domain" {
  description = "A domain of one's own: its name, and either the Route 53 zone in which to prove and enter it, or the ARN of a certificate that exists (the name is then entered by hand)."
  type = object({
    name            = string
    zone_id         = optional(string)
    certificate_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.domain == null || try((var.domain.zone_id == null) != (var.domain.certificate_arn == null), false)
    error_message = "Give either zone_id or certificate_arn with the name."
  }
}
